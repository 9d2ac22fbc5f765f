public import DataFormats
public import Evaluation

/// A benchmark that lmms-eval has a task for: what it calls the task and logs for each sample, so
/// that its tools read our exports.
///
/// A benchmark without it is exported under its own name with its own figures.
public protocol LMMsEvalTask: Benchmark {
  /// lmms-eval's name for the benchmark's task.
  var lmmsEvalTask: String { get }

  /// Whether a sample's target is a list of accepted answers, and not the one answer.
  var lmmsEvalTargetsAreLists: Bool { get }

  /// The per-sample metrics as lmms-eval logs them, by its names.
  func lmmsEvalMetrics(
    of scored: ScoredSample, prediction: String
  ) -> [(name: String, value: JSONValue)]

  /// The figures by lmms-eval's names, on its scale.
  func lmmsEvalResults(_ rows: [MetricRow]) -> [(name: String, value: Double)]
}

extension LMMsEvalTask {
  public var lmmsEvalTask: String { name }
  public var lmmsEvalTargetsAreLists: Bool { false }

  public func lmmsEvalResults(_ rows: [MetricRow]) -> [(name: String, value: Double)] {
    rows.map { ($0.name, $0.value) }
  }
}
