import Evaluation
import Exchange

extension MMBench: LetteredAnswers {
  /// CCBench is a table of MMBench's makers, with its rotations and its metric.
  public var otherNames: [String] { ["ccbench"] }
}
