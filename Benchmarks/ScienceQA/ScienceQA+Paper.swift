import Evaluation

extension ScienceQA: PrintedInPaper {
  public var paperColumn: String { "sqa" }
  public var paperFigures: [PaperFigure] { [PaperFigure(paperColumn, title: "SQA")] }
}
