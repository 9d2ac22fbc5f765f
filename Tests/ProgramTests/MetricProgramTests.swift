import DataFormats
import Foundation
import TestSupport
import Testing

/// The vectors through `proxyv-eval metric`, as another implementation would be compared with it:
/// line by line, in the vectors' shape.
@Suite struct MetricProgramTests {
  static let metrics = [
    "anls", "relaxed_accuracy", "vqa_accuracy", "ocrbench", "mmbench", "mme", "refcoco_iou",
    "docparse_ed", "docparse_bleu", "prompts", "composite",
  ]
  /// Entries of the vectors that are no evaluator's result, or that need what this program does not
  /// have: a Chinese dictionary, a tokenizer in Java, CPython's random numbers in place of a judge
  /// model.
  static let leftOut: Set = [
    "contains_chinese", "fox_jieba_if_chinese", "docowl_bleu4_ptb_newlines_to_space_0to1",
    "lmms_eval_openai_judge_unavailable",
  ]
  static let folder = TestMaterial.fixtures + "/golden/metrics"

  @Test(arguments: metrics) func everyVectorIsReproducedByTheProgram(metric: String) throws {
    let lines = try String(contentsOfFile: "\(Self.folder)/\(metric).jsonl", encoding: .utf8).split(
      separator: "\n"
    ).map(String.init)
    let values = try lines.map { try JSONValue.parse($0) }
    var evaluators: [String] = []
    for name in values.flatMap({ $0["profiles"]?.objectValue.map { Array($0.keys) } ?? [] })
    where !evaluators.contains(name) && !Self.leftOut.contains(name) { evaluators.append(name) }
    for evaluator in [nil] + evaluators.map(Optional.some) {
      let selected = lines.indices.filter { index in
        evaluator.map { values[index]["profiles"]?[$0] != nil } ?? true
      }
      let outcome = try Program.run(
        ["metric", metric] + (evaluator.map { ["--profile", $0] } ?? []),
        input: selected.map { lines[$0] + "\n" }.joined())
      #expect(outcome.status == 0, "\(outcome.errors)")
      let results = try outcome.output.split(separator: "\n").map {
        try JSONValue.parse(String($0))
      }
      try #require(results.count == selected.count)
      for (index, result) in zip(selected, results) {
        let line = values[index]
        let expected = evaluator.map { line["profiles"]?[$0] ?? .null } ?? line["expected"] ?? .null
        let tolerance =
          line["tolerance"]?.doubleValue ?? (evaluator?.contains("float32") == true ? 1e-5 : 1e-9)
        #expect(result["id"] == line["id"] ?? .null)
        #expect(
          Self.equals(result["result"] ?? .null, expected, tolerance),
          """
          \(line["id"]?.text() ?? "") \(evaluator ?? "expected"): \(result.text()) instead of \
          \(expected.text())
          """
        )
      }
    }
  }

  /// Numbers within the tolerance, texts scalar by scalar, objects with the same keys.
  private static func equals(_ a: JSONValue, _ b: JSONValue, _ tolerance: Double) -> Bool {
    switch (a, b) {
    case (.object(let x), .object(let y)):
      return Set(x.keys) == Set(y.keys)
        && x.allSatisfy { key, value in y[key].map { equals(value, $0, tolerance) } ?? false }
    case (.array(let x), .array(let y)):
      return x.count == y.count && zip(x, y).allSatisfy { equals($0, $1, tolerance) }
    case (.string(let x), .string(let y)): return Array(x.unicodeScalars) == Array(y.unicodeScalars)
    default:
      guard let x = a.doubleValue, let y = b.doubleValue else { return a == b }
      return x == y || abs(x - y) <= tolerance
    }
  }
}
