import Evaluation

extension ScienceQA: PrintedInPaper {
  public var paperColumn: String { "sqa" }
}
