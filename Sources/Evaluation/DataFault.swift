/// Something that makes a data folder unsound: a run over it would give figures that mean something
/// else than they say.
public struct DataFault: Sendable, Equatable {
  /// A stable kebab-case word: `missing-rotations`, `unpaired-image` ...
  public var kind: String
  /// One sentence about all places of this kind.
  public var summary: String
  /// Sample ids, question groups or images, each with what is wrong there where that differs.
  public var places: [String]
  /// Known of the published data and provided for: it is told, and the data are sound with it.
  public var isHarmless: Bool

  public init(kind: String, summary: String, places: [String], isHarmless: Bool = false) {
    self.kind = kind
    self.summary = summary
    self.places = places
    self.isHarmless = isHarmless
  }
}
