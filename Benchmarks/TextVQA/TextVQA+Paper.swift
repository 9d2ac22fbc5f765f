import Evaluation

extension TextVQA: PrintedInPaper {
  public var fineScorePosition: Int? { 4 }
}
