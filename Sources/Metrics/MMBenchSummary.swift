public import OrderedCollections

/// One scored row of MMBench: a question with one shift of its options.
public struct MMBenchRow: Sendable, Equatable {
  /// `base + k * 1_000_000` for shift k.
  public var index: Int
  public var category: String
  public var l2Category: String
  public var isRight: Bool
  /// Whether a letter could be read from the answer.
  public var isExtracted: Bool

  public init(index: Int, category: String, l2Category: String, score: MetricScore) {
    self.index = index
    self.category = category
    self.l2Category = l2Category
    isRight = score.value == 1
    isExtracted = score.extracted != nil
  }
}

/// Circular scoring of MMBench: a question is a hit where all its passes are right
/// (docs/metrics.md, section 6).
///
/// Means are over base questions. A group with missing passes is judged on what exists; one without
/// its base row is dropped.
public struct MMBenchSummary: Sendable, Equatable {
  /// The share of hits, 0 to 1; nil where there is no base question.
  public private(set) var overall: Double?
  /// The share of hits in each of the leaf categories, sorted by name.
  public private(set) var category: OrderedDictionary<String, Double>
  public private(set) var l2Category: OrderedDictionary<String, Double>
  /// The base questions.
  public private(set) var questions: Int
  /// The groups that were dropped because their base row is missing.
  public private(set) var questionsWithoutBase: Int
  /// The rows whose answer gives no letter; each counts as wrong.
  public private(set) var unextractedRows: Int
  /// The questions that such rows decide: no pass is known to be wrong. A judge model might turn
  /// them into hits.
  public private(set) var undecidedQuestions: Int
  /// The share of right rows: a different and higher number, which some papers give.
  public private(set) var rowAccuracy: Double?

  public init(_ rows: some Collection<MMBenchRow>) {
    var groups: OrderedDictionary<Int, [MMBenchRow]> = [:]
    for row in rows { groups[Self.base(row.index), default: []].append(row) }
    var hits: [Double] = []
    var byCategory: [String: [Double]] = [:]
    var byL2Category: [String: [Double]] = [:]
    undecidedQuestions = 0
    for (base, passes) in groups {
      guard let first = passes.first(where: { $0.index == base }) else { continue }
      let hit: Double = passes.allSatisfy(\.isRight) ? 1 : 0
      if hit == 0 && passes.allSatisfy({ $0.isRight || !$0.isExtracted }) {
        undecidedQuestions += 1
      }
      hits.append(hit)
      byCategory[first.category, default: []].append(hit)
      byL2Category[first.l2Category, default: []].append(hit)
    }
    overall = Self.mean(hits)
    category = Self.means(byCategory)
    l2Category = Self.means(byL2Category)
    questions = hits.count
    questionsWithoutBase = groups.count - hits.count
    unextractedRows = rows.count { !$0.isExtracted }
    rowAccuracy = Self.mean(rows.map { $0.isRight ? 1 : 0 })
  }

  /// The index of the base row.
  public static func base(_ index: Int) -> Int {
    let remainder = index % 1_000_000
    return remainder < 0 ? remainder + 1_000_000 : remainder
  }

  private static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  private static func means(_ groups: [String: [Double]]) -> OrderedDictionary<String, Double> {
    OrderedDictionary(
      uniqueKeysWithValues: groups.sorted { $0.key < $1.key }.map { ($0.key, mean($0.value) ?? 0) })
  }
}
