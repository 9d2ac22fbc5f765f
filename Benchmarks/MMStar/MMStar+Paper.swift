import Evaluation

extension MMStar: PrintedInPaper {
  public var paperColumn: String { "mmstar" }
}
