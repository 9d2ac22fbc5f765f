import Evaluation

extension MMMU: PrintedInPaper {
  public var paperColumn: String { "mmmu" }
}
