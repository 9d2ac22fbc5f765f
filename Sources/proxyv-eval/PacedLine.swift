import DataFormats
import Foundation
import OrderedCollections

/// What a paced measurement says on standard output, a line of JSON at a time.
enum PacedLine {
  /// Says that warming up is done, then waits for a line before every round; false at the end of
  /// the input.
  static func waitForRound(_ round: Int) -> Bool {
    if round == 0 { write(["ready": true]) }
    return readLine() != nil
  }

  static func seconds(_ seconds: [(name: String, seconds: Double)]) {
    write(
      .object(
        OrderedDictionary(
          seconds.map { ($0.name, .number($0.seconds)) }, uniquingKeysWith: { first, _ in first })))
  }

  private static func write(_ value: JSONValue) {
    print(value.text())
    fflush(nil)
  }
}
