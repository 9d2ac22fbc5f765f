import Foundation
import TestSupport
import Testing

/// The programs of `Examples`, run as their comments say.
@Suite struct ExamplesTests {
  private func run(_ name: String, _ arguments: [String] = [], input: String = "") throws -> String
  {
    let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let program = tests.deletingLastPathComponent().appendingPathComponent(name).path
    let outcome = try ChildProcess.run(program, arguments, input: input)
    #expect(outcome.status == (arguments.isEmpty && input.isEmpty ? 2 : 0), "\(outcome.errors)")
    return outcome.output
  }

  @Test func `predictions are scored`() throws {
    let output = try run(
      "score-predictions",
      input: #"{"prediction": "Lee Waller", "answers": ["Lee A. Waller"]}"# + "\n"
        + #"{"prediction": "12", "answers": ["17", "12"]}"# + "\n")
    let lines = output.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("0.769"))
    #expect(lines[1].hasPrefix("1.0 "))
    #expect(lines[2].hasPrefix("mean of 2: 0.884"))
  }

  @Test(arguments: ["add-a-metric", "answer-a-question", "read-a-run"])
  func `an example without arguments says what it takes`(name: String) throws {
    #expect(try run(name).hasPrefix("usage: \(name) "))
  }
}
