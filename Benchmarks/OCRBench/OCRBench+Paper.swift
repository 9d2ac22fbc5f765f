import Evaluation

extension OCRBench: PrintedInPaper {
  public var paperColumnDivisor: Double { 10 }
  public var fineScorePosition: Int? { 5 }
  public var paperFigures: [PaperFigure] {
    [PaperFigure(paperColumn, title: title, decimals: 1)]
  }
}
