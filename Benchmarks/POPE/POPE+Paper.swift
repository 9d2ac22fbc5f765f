import Evaluation

extension POPE: PrintedInPaper {
  public var paperColumn: String { "pope" }
}
