import Evaluation

extension DocVQA: PrintedInPaper {
  public var fineScorePosition: Int? { 1 }
}
