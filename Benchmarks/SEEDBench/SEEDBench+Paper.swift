import Evaluation

extension SEEDBench: PrintedInPaper {
  public var paperColumn: String { "seed_img" }
  public var paperFigures: [PaperFigure] { [PaperFigure(paperColumn, title: "SEED-Img")] }
}
