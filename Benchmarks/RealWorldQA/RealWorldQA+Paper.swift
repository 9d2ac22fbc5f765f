import Evaluation

extension RealWorldQA: PrintedInPaper {
  public var paperColumn: String { "realworldqa" }
}
