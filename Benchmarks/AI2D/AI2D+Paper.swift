import Evaluation

extension AI2D: PrintedInPaper {
  public var paperColumn: String { "ai2d" }
}
