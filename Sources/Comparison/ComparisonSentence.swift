import Foundation
import Statistics

/// The verdict in words.
extension Comparison {
  /// One sentence: the verdict, and what it rests on.
  public var sentence: String {
    switch verdict {
    case .identical: return identicalSentence
    case .changedAnswers: return changedSentence
    case .incomplete: return "incomplete: " + missing.joined(separator: "; ")
    case .regression:
      let figures = decided(.regression)
      return "regression: " + figures.map(Self.sentence).joined(separator: "; ")
    case .noRegression:
      let count = outcome.figures.count
      let drops = outcome.figures.count { $0.note == .dropWithinTolerance }
      let tail = drops > 0 ? "; \(drops) dropped by less than their margin" : ""
      return count == 1
        ? "no regression: " + (decided(.noRegression).first.map(Self.sentence) ?? "") + tail
        : "no regression: none of \(count) figures dropped by its margin or more\(tail)"
    case .cannotTell:
      let figures = decided(.cannotTell)
      let texts = figures.prefix(3).map(Self.uncertainty)
      let more = figures.count > 3 ? "; and \(figures.count - 3) more" : ""
      return "cannot tell: "
        + (texts.isEmpty ? ["the mean of all figures"] : texts)
        .joined(separator: "; ") + more
    }
  }

  private func decided(_ verdict: Gate.Verdict) -> [FigureComparison] {
    benchmarks.flatMap(\.figures).filter { $0.decision?.verdict == verdict }
  }

  /// `5349 answers identical under code 3226b7b and 1e012d7`.
  private var identicalSentence: String {
    let differences = benchmarks.flatMap(\.provenance).filter { !$0.isIdentity }
    let code = differences.first { $0.name == ProvenanceDifference.codeVersion }
    let under =
      code.map { " under code \($0.a ?? "unknown") and \($0.b ?? "unknown")" } ?? ""
    return "identical: \(counts.total) answers identical\(under)"
  }

  private var changedSentence: String {
    let counts = counts
    let parts = [
      (counts.better, "better"), (counts.worse, "worse"), (counts.equalScore, "with equal score"),
      (counts.sameText, "with the same text and other tokens"),
      (counts.newlyFailed, "newly failed"),
      (counts.recovered, "recovered"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    let first = benchmarks.lazy.compactMap { benchmark in
      benchmark.changedQuestions.first.map { (benchmark, $0.question) }
    }.first
    let named = first.map { benchmark, question in
      let token = question.firstDifferingToken.map { ", first differing token at \($0)" } ?? ""
      return ": \(benchmark.benchmark.title) \(question.id)\(token)"
    }
    let list = parts.joined(separator: ", ")
    return
      "changed answers: \(counts.changed) of \(counts.total) answers changed"
      + " although they were expected to be identical (\(list))\(named ?? "")"
  }

  private var missing: [String] {
    var parts = unpaired.map {
      "\($0.benchmark) is only in \($0.isInA ? "A" : "B")"
    }
    let named = Set(unpaired.map(\.benchmark))
    parts += outcome.figures.compactMap { figure in
      switch figure.verdict {
      case .missing where !named.contains(figure.name): "\(figure.name) is missing"
      case .incomparable: "\(figure.name) cannot be compared"
      default: nil
      }
    }
    if parts.isEmpty, let partial = benchmarks.first(where: { $0.coverage.isPartial }) {
      parts.append("\(partial.benchmark.title): \(partial.coverage.summary)")
    }
    return parts
  }

  /// `DocVQA anls 68.03 → 66.52 (-1.51, 95 % interval -2.10 to -0.92, p 0.0001; margin 0.5)`.
  static func sentence(_ figure: FigureComparison) -> String {
    let (a, b) = (number(figure.a?.value), number(figure.b?.value))
    guard let difference = figure.difference else { return "\(figure.name): not comparable" }
    let interval = [
      difference.shownInterval.map {
        "\(percent(difference.level)) interval \(signed($0.low)) to \(signed($0.high))"
      }, difference.intervalRemark,
    ].compactMap { $0 }.map { ", " + $0 }.joined()
    let margin = figure.margin.map { "; margin \(shortest($0))" } ?? ""
    let p = figure.decision.map { ", p \(probability($0.holmP))" } ?? ""
    return "\(figure.name) \(a) → \(b) (\(signed(difference.value))\(interval)\(p)\(margin))"
  }

  /// `OCRBench final_score 498 → 492 (-6.00, ...): cannot tell whether a drop of more than 5
  /// exists. At this size a drop of 20 would be shown (80 %); for 5 about 7,500 images are needed`.
  static func uncertainty(_ figure: FigureComparison) -> String {
    var text = sentence(figure)
    if let margin = figure.margin {
      // It rose on these questions; the question is what it does on others of their kind.
      let rose = (figure.difference?.value ?? 0) > 0 ? "it rose here, but these are too few to" : ""
      text +=
        rose.isEmpty
        ? ": cannot tell whether a drop of more than \(shortest(margin)) exists"
        : ": \(rose) rule out a drop of more than \(shortest(margin)) on others"
    }
    if figure.decision?.note == .notAllCompared {
      text +=
        "; \(figure.units.total - figure.units.compared) of \(figure.units.total) units"
        + " were not compared and may hide one"
    }
    if let smallest = figure.minimumDetectable, smallest > 0 {
      text += "; at this size a drop of \(number(smallest)) would be shown (80 %)"
      if let needed = figure.clustersNeeded, let margin = figure.margin {
        // A margin near nothing needs more images than can be counted.
        let count = Int(exactly: needed.rounded(.up)).map { "about \(grouped($0))" }
        text += ", for \(shortest(margin)) \(count ?? "countless") images are needed"
      }
    }
    return text
  }

  // MARK: Numbers

  static func number(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "n/a" }
    return String(format: abs(value) < 0.1 && value != 0 ? "%.4f" : "%.2f", value)
  }

  static func signed(_ value: Double) -> String { (value > 0 ? "+" : "") + number(value) }

  static func shortest(_ value: Double) -> String { String(format: "%g", value) }

  static func probability(_ p: Double) -> String {
    p < 0.0001 ? "<0.0001" : String(format: "%.4f", p)
  }

  static func percent(_ level: Double) -> String { "\(shortest(100 * level)) %" }

  /// `5,349`.
  static func grouped(_ count: Int) -> String {
    let digits = Array(String(count))
    return String(
      digits.enumerated().flatMap { place, digit in
        place > 0 && (digits.count - place) % 3 == 0 ? [",", digit] : [digit]
      })
  }
}

extension FigureComparison {
  /// `DocVQA anls`.
  public var name: String { "\(title) \(figure.name)" }
}
