import Evaluation

extension SEEDBench: PrintedInPaper {
  public var paperColumn: String { "seed_img" }
}
