import Evaluation

extension CCpdf: PrintedInPaper {
  /// The paper's document parsing, table 5; its pages are not published.
  public var paperColumn: String { "docparsing_ed" }
  public var paperFigures: [PaperFigure] {
    [
      PaperFigure("docparsing_bleu", title: "Doc parsing BLEU", figure: "bleu", decimals: 4),
      PaperFigure("docparsing_ed", title: "Doc parsing ED ↓", decimals: 4, lowerIsBetter: true),
    ]
  }
}
