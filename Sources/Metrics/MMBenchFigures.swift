/// MMBench's figures: a question counts only if every rotation of its options is answered rightly.
public struct MMBenchFigures: Sendable {
  /// One answered rotation.
  public struct Row: Sendable {
    /// `base + k * 1_000_000` for rotation `k`.
    public var index: Int
    public var category: String
    /// One of the six groups of categories.
    public var group: String
    public var isCorrect: Bool
    public var isExtracted: Bool

    public init(index: Int, category: String, group: String, isCorrect: Bool, isExtracted: Bool) {
      self.index = index
      self.category = category
      self.group = group
      self.isCorrect = isCorrect
      self.isExtracted = isExtracted
    }
  }

  /// A base question with the outcome of all its rotations that are there.
  public struct Question: Sendable {
    public var category: String
    public var group: String
    public var isHit: Bool
  }

  public let questions: [Question]
  /// Rows from which no letter could be extracted; they count as wrong.
  public let unextracted: Int

  /// Rotations whose base row is absent are dropped, as the evaluators do.
  public init(_ rows: [Row]) {
    let rotations = Dictionary(grouping: rows) { $0.index % 1_000_000 }
    questions = rows.filter { $0.index < 1_000_000 }.map { base in
      Question(category: base.category, group: base.group, isHit: rotations[base.index]?.allSatisfy(\.isCorrect) ?? false)
    }
    unextracted = rows.count { !$0.isExtracted }
  }

  public var overall: Double { Self.mean(questions) }

  /// The share of hits by a property of the questions, sorted by name.
  public func shares(by property: (Question) -> String) -> [(name: String, value: Double, count: Int)] {
    Dictionary(grouping: questions, by: property).sorted { $0.key < $1.key }.map { ($0.key, Self.mean($0.value), $0.value.count) }
  }

  public var rows: [(name: String, value: Double, count: Int)] {
    [("overall", overall, questions.count)] + shares(by: \.group) + shares(by: \.category)
  }

  private static func mean(_ questions: [Question]) -> Double {
    questions.isEmpty ? .nan : Double(questions.count { $0.isHit }) / Double(questions.count)
  }
}
