import ArgumentParser
import Benchmarks
import Comparison
import DataFormats
import Diagnostics
import Statistics

/// `statistics`: computes lines of test vectors, so that any two implementations of the statistics
/// can be compared.
struct StatisticsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "statistics",
    abstract: "Computes JSON Lines from standard input with one part of the statistics.",
    discussion: """
      Reads {"id": ..., "kind": ..., inputs ...} and prints {"id": ..., "result": ...} per \
      line, the \
      result in the shape of the vectors' `expected`. Non-finite numbers are "NaN", "Infinity" and \
      "-Infinity", 64-bit integers are strings.

      Example: proxyv-eval statistics mcnemar
      """)

  private static let names =
    StatisticsVectors.names + [CoverageVectors.name, FigureVectors.name]

  @Argument(help: "One of: \(names.joined(separator: ", ")).") var name: String

  func validate() throws {
    guard Self.names.contains(name) else {
      throw ValidationError(
        "unknown statistics \"\(name)\"; \(suggestion(for: name, among: Self.names))")
    }
  }

  func run() throws {
    try forEachJSONLine { node in
      let result =
        switch name {
        case CoverageVectors.name: try CoverageVectors.result(line: node)
        case FigureVectors.name: try FigureVectors.result(line: node)
        default: try StatisticsVectors.result(name: name, line: node)
        }
      print(
        (["id": try node.optional("id")?.value ?? .null, "result": result] as JSONValue).text())
    }
  }
}
