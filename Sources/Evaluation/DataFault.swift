/// Something that makes a data folder unsound: a run over it would give figures that mean something
/// else than they say.
public struct DataFault: Sendable, Equatable {
  /// A stable kebab-case word: `missing-rotations`, `unpaired-image` ...
  public var kind: String
  /// One sentence about all places of this kind.
  public var summary: String
  /// Sample ids, question groups or images, each with what is wrong there where that differs.
  public var places: [String]

  public init(kind: String, summary: String, places: [String]) {
    self.kind = kind
    self.summary = summary
    self.places = places
  }
}
