import Metrics

/// MME's figures: per category the share of right questions plus the share of images with both
/// right, each x 100.
struct MMEFigures: Sendable {
  /// An answered question; the two on one image share `pair`.
  typealias Answer = (category: String, pair: String, isCorrect: Bool)

  struct Category: Sendable, Equatable {
    var name: String
    var questions: Int
    /// Share of right questions, 0 to 100.
    var accuracy: Double
    /// Share of images with every question right, 0 to 100.
    var pairAccuracy: Double
    /// Whether every image has exactly two questions, as lmms-eval asserts.
    var isPaired: Bool
    var score: Double { accuracy + pairAccuracy }
  }

  /// In the order in which they first occur.
  let categories: [Category]

  init(_ answers: [Answer]) {
    var order: [String] = []
    var pairs: [String: (order: [String], answers: [String: [Bool]])] = [:]
    for answer in answers {
      if pairs[answer.category] == nil {
        order.append(answer.category)
        pairs[answer.category] = ([], [:])
      }
      if pairs[answer.category]?.answers[answer.pair] == nil {
        pairs[answer.category]?.order.append(answer.pair)
      }
      pairs[answer.category]?.answers[answer.pair, default: []].append(answer.isCorrect)
    }
    categories = order.map { name in
      let (images, answers) = pairs[name] ?? ([], [:])
      let groups = images.compactMap { answers[$0] }
      let questions = groups.reduce(0) { $0 + $1.count }
      let right = groups.reduce(0) { $0 + $1.count { $0 } }
      return Category(
        name: name, questions: questions, accuracy: 100 * Double(right) / Double(max(1, questions)),
        pairAccuracy: 100 * Double(groups.count { $0.allSatisfy { $0 } })
          / Double(max(1, groups.count)),
        isPaired: groups.allSatisfy { $0.count == 2 })
    }
  }

  /// The sum over the categories of a half that are there.
  func sum(_ names: [String]) -> Double {
    categories.filter { names.contains($0.name) }.reduce(0) { $0 + $1.score }
  }

  /// The best possible value of a figure: 200 for a category.
  static func maximum(_ name: String) -> Double {
    switch name {
    case "mme_perception_score": Double(200 * MMESummary.perceptionCategories.count)
    case "mme_cognition_score": Double(200 * MMESummary.cognitionCategories.count)
    default: 200
    }
  }

  /// Perception first, then cognition where any of it is there, then the categories.
  var rows: [(name: String, value: Double, count: Int)] {
    let halves = [
      ("mme_perception_score", MMESummary.perceptionCategories),
      ("mme_cognition_score", MMESummary.cognitionCategories),
    ].compactMap { name, members in
      let count = categories.filter { members.contains($0.name) }.reduce(0) { $0 + $1.questions }
      return count > 0 || name == "mme_perception_score"
        ? (name, count > 0 ? sum(members) : .nan, count) : nil
    }
    return halves + categories.map { ($0.name, $0.score, $0.questions) }
  }
}
