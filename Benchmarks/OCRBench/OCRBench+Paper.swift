import Evaluation

extension OCRBench: PrintedInPaper {
  public var paperColumnDivisor: Double { 10 }
  public var fineScorePosition: Int? { 5 }
}
