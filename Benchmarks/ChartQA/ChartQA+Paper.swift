import Evaluation

extension ChartQA: PrintedInPaper {
  public var fineScorePosition: Int? { 2 }
}
