import Evaluation

extension GQA: PrintedInPaper {
  public var paperColumn: String { "gqa" }
}
