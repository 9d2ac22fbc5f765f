/// A layout of a benchmark's data folder.
public struct DataLayout: Sendable {
  /// The name that forces it on the command line.
  public let name: String
  /// What it is, for `list` and `inspect data`.
  public let summary: String
  /// Whether a folder (or file) has this layout.
  public let recognizes: @Sendable (_ path: String) -> Bool
  /// All samples in the order of the data.
  public let samples: @Sendable (_ path: String) throws -> [Sample]
  /// The files in a folder of which each is the data by itself, where a layout is one file: more
  /// than one are a choice that nobody makes in silence.
  public let alternatives: @Sendable (_ path: String) -> [String]
  /// The files that are read of a folder (or file), where a layout can tell.
  public let files: @Sendable (_ path: String) -> [String]
  /// The same layout of another split of the data set, nil for a name that stands for none; nil
  /// itself where a layout has one split only, or rows that name theirs (`split` in the metadata).
  public let ofSplit: (@Sendable (_ split: String) -> DataLayout?)?
  /// The names of the splits that lie in a folder (or file), as ``ofSplit`` takes them.
  public let splits: @Sendable (_ path: String) -> [String]

  public init(
    name: String, summary: String, recognizes: @escaping @Sendable (String) -> Bool,
    alternatives: @escaping @Sendable (String) -> [String] = { _ in [] },
    files: (@Sendable (String) -> [String])? = nil,
    ofSplit: (@Sendable (String) -> DataLayout?)? = nil,
    splits: @escaping @Sendable (String) -> [String] = { _ in [] },
    samples: @escaping @Sendable (String) throws -> [Sample]
  ) {
    self.name = name
    self.summary = summary
    self.recognizes = recognizes
    self.samples = samples
    self.alternatives = alternatives
    self.files = files ?? alternatives
    self.ofSplit = ofSplit
    self.splits = splits
  }
}
