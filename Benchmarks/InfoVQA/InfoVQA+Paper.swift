import Evaluation

extension InfoVQA: PrintedInPaper {
  public var fineScorePosition: Int? { 3 }
}
