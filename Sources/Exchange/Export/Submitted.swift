public import Evaluation

/// A benchmark whose answers an evaluation server or an official tool takes.
public protocol Submitted: Benchmark {
  /// The formats that are for this benchmark.
  var submissions: [AnswerExport] { get }
}
