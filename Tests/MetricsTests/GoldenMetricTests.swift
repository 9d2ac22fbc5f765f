import DataFormats
import Foundation
import Metrics
import TestSupport
import Testing

/// Every published vector: `expected` under the default profile, and every evaluator that the
/// line's `profiles` names.
@Suite struct GoldenMetricTests {
  @Test(
    .enabled(if: TestMaterial.hasShared, "\(TestMaterial.needsShared)"),
    arguments: MetricVectors.names)
  func allVectorsAreReproduced(metric: String) throws {
    let shared = try #require(TestMaterial.shared)
    let nine = shared + "/golden/metrics/\(metric).jsonl"
    // The eight general benchmarks have a folder of their own.
    let eight = shared + "/golden/metrics-more/\(metric.replacing("_", with: "-")).jsonl"
    try check(metric, file: FileManager.default.fileExists(atPath: nine) ? nine : eight)
  }

  @Test(arguments: MetricVectors.names)
  func theCommittedVectorsAreReproduced(metric: String) throws {
    try check(metric, file: TestMaterial.fixtures + "/golden/metrics/\(metric).jsonl")
  }

  private func check(_ metric: String, file: String) throws {
    let known = Set(MetricVectors.evaluators(of: metric) + ["lmms_eval_head"])
    var compared = 0
    for line in try JSONLines.read(file) {
      let id = try line.optional("id")?.string() ?? line.path
      let result = try MetricVectors.result(metric: metric, line: line)
      let expected = try line["expected"].value
      // Figures typed from a paper come with the tolerance of their rounding.
      let tolerance = try line.optional("tolerance")?.double() ?? 1e-9
      #expect(
        agree(result, expected, tolerance: tolerance),
        "\(id): \(result.text()) instead of \(expected.text())")
      compared += 1
      for (name, expected) in try line.optional("profiles")?.members() ?? []
      where known.contains(name) {
        // An evaluator that cannot take these items has no entry for an aggregate; for an
        // extraction null is its answer.
        if expected.value.isNull, try line["kind"].string() == "aggregate" { continue }
        let result = try MetricVectors.result(metric: metric, line: line, evaluator: name)
        #expect(
          agree(result, expected.value, tolerance: name.contains("float32") ? 1e-5 : 1e-9),
          "\(id) \(name): \(result.text()) instead of \(expected.value.text())")
        compared += 1
      }
    }
    #expect(compared > 0)
  }

  /// Numbers within the tolerance, everything else equal.
  private func agree(_ a: JSONValue, _ b: JSONValue, tolerance: Double = 1e-9) -> Bool {
    switch (a, b) {
    // The vectors give the only figure of an aggregate bare under `profiles`; results keep the
    // shape of `expected`.
    case (.object(let x), .number) where x.count == 1 || x.keys.contains("seed"),
      (.object(let x), .integer) where x.count == 1 || x.keys.contains("seed"):
      return agree(x.values[0], b, tolerance: tolerance)
    case (.object(let x), .object(let y)):
      // Some evaluators print fewer figures than the shape of `expected` has.
      return y.allSatisfy { key, value in
        x[key].map { agree($0, value, tolerance: tolerance) } ?? false
      }
    case (.array(let x), .array(let y)):
      return x.count == y.count && zip(x, y).allSatisfy { agree($0, $1, tolerance: tolerance) }
    case (.string(let x), .string(let y)): return Array(x.unicodeScalars) == Array(y.unicodeScalars)
    default:
      guard let x = number(a), let y = number(b) else { return a == b }
      return x == y || (x.isNaN && y.isNaN) || abs(x - y) <= tolerance
    }
  }

  /// Numbers, and the words for those that JSON cannot hold.
  private func number(_ value: JSONValue) -> Double? {
    switch value {
    case .string("NaN"): .nan
    case .string("Infinity"): .infinity
    case .string("-Infinity"): -.infinity
    default: value.doubleValue
    }
  }
}
