public import OrderedCollections
import PythonText

/// One answered question of MME.
public struct MMERow: Sendable, Equatable {
  public var category: String
  /// What the two questions of one image have in common: `question_id` or the image's path; unique
  /// within its category only.
  public var image: String
  public var prediction: String
  /// `Yes` or `No`.
  public var answer: String

  public init(category: String, image: String, prediction: String, answer: String) {
    self.category = category
    self.image = image
    self.prediction = prediction
    self.answer = answer
  }
}

/// The scores of MME by category, and their sums (docs/metrics.md, section 7).
///
/// A category has two figures in per cent: `acc`, the share of right questions, and `acc+`, the
/// share of images with both questions right; its score is their sum, 0 to 200. A category on which
/// the evaluator stops has its exception instead, and so have sums over it.
public struct MMESummary: Sendable, Equatable {
  public struct Category: Sendable, Equatable {
    /// 0 to 100.
    public var accuracy: Double
    /// 0 to 100.
    public var accuracyPlus: Double
    public var score: Double { accuracy + accuracyPlus }
  }

  /// In the order of ``perceptionCategories`` and ``cognitionCategories``, then any others as they
  /// come.
  public private(set) var categories:
    OrderedDictionary<String, Result<Category, EvaluatorException>> = [:]
  private let profile: Profile

  /// Scores all rows of a run. Their order matters for the official tool, which pairs neighbours of
  /// a category.
  public init(_ rows: some Sequence<MMERow>, profile: Profile) {
    self.profile = profile
    var byCategory: OrderedDictionary<String, [MMERow]> = [:]
    for row in rows { byCategory[row.category, default: []].append(row) }
    let known = Self.perceptionCategories + Self.cognitionCategories
    for name in known.filter({ byCategory[$0] != nil })
      + byCategory.keys.filter({ !known.contains($0) })
    {
      let rows = byCategory[name] ?? []
      categories[name] = Result { () throws(EvaluatorException) in
        profile == .official ? try MMEOfficialTool.category(rows) : try Self.category(rows, profile)
      }
    }
  }

  /// The sum over the perception categories that are present, at most 2000; nil where there is
  /// none.
  public var perception: Result<Double, EvaluatorException>? {
    sum { Self.perceptionCategories.contains($0) }
  }

  /// The sum over the cognition categories that are present, at most 800; nil where there is none.
  /// lmms-eval counts here whatever is not perception.
  public var cognition: Result<Double, EvaluatorException>? {
    let countsOthers = profile != .official && !profile.isVLMEvalKit
    return sum {
      countsOthers ? !Self.perceptionCategories.contains($0) : Self.cognitionCategories.contains($0)
    }
  }

  /// Whether all fourteen categories are present: VLMEvalKit and the official tool know no subset.
  public var isComplete: Bool {
    (Self.perceptionCategories + Self.cognitionCategories).allSatisfy { categories[$0] != nil }
  }

  public static let perceptionCategories = [
    "existence", "count", "position", "color", "posters", "celebrity", "scene", "landmark",
    "artwork", "OCR",
  ]
  public static let cognitionCategories = [
    "commonsense_reasoning", "numerical_calculation", "text_translation", "code_reasoning",
  ]

  private func sum(_ isIncluded: (String) -> Bool) -> Result<Double, EvaluatorException>? {
    let included = categories.filter { isIncluded($0.key) }
    if included.isEmpty { return nil }
    return Result { () throws(EvaluatorException) in
      var sum = 0.0
      for category in included.values { sum += try category.get().score }
      return sum
    }
  }

  private static func category(
    _ rows: [MMERow], _ profile: Profile
  ) throws(EvaluatorException) -> Category {
    // the scores of each image's questions
    var images: OrderedDictionary<PythonString, [Double]> = [:]
    for row in rows {
      let score = try MMEScore.score(
        prediction: row.prediction, answer: row.answer, profile: profile)
      images[PythonString(row.image), default: []].append(score.value)
    }
    for (image, scores) in images {
      if profile.isVLMEvalKit {
        // It looks at the first two questions of an image only, which must exist.
        guard scores.count >= 2 else { throw exception("IndexError", image, scores.count) }
      } else if scores.count != 2 {
        throw exception("AssertionError", image, scores.count)
      }
    }
    let right = images.values.reduce(0) { $0 + $1.reduce(0, +) }
    let both = images.values.count { $0[0] == 1 && $0[1] == 1 }
    return Category(
      accuracy: right / Double(rows.count) * 100,
      accuracyPlus: Double(both) / Double(images.count) * 100)
  }

  private static func exception(
    _ name: String, _ image: PythonString, _ questions: Int
  ) -> EvaluatorException {
    let found = questions == 1 ? "1 question" : "\(questions) questions"
    return EvaluatorException(name: name, reason: "the image \(image) has \(found) instead of 2")
  }
}
