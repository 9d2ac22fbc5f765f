import ArgumentParser
import DataFormats
import Metrics

/// `metric`: scores lines of test vectors, so that any two implementations of a metric can be
/// compared.
struct MetricCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metric", abstract: "Scores JSON Lines from standard input with one metric.",
    discussion: """
      Reads {"id": ..., "kind": ..., inputs ...} and prints {"id": ..., "result": ...} per \
      line, the result in the shape of \
      the vectors' `expected`. An exception that the evaluator would raise is {"error": \
      "ZeroDivisionError"}.

      Example: proxyv-eval metric anls --profile official
      """)

  @Argument(help: "One of: \(MetricVectors.names.joined(separator: ", ")).") var name: String
  @Option(name: .long, help: "A profile, or an evaluator as the vectors name it.") var profile:
    String?

  func run() throws {
    try usage { try MetricVectors.check(metric: name, evaluator: profile) }
    try forEachJSONLine { node in
      let result = try MetricVectors.result(metric: name, line: node, evaluator: profile)
      print(
        (["id": try node.optional("id")?.value ?? .null, "result": result] as JSONValue).text())
    }
  }
}
