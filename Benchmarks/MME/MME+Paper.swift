import Evaluation

extension MME: PrintedInPaper {
  /// The paper prints perception, the first figure.
  public var paperColumn: String { "mme_p" }
  public var paperFigures: [PaperFigure] { [PaperFigure(paperColumn, title: "MME-P")] }
}
