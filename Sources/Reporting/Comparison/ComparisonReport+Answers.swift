import Comparison
import Evaluation
import Foundation

extension ComparisonReport {
  /// The changed answers of a benchmark, worst first; nil where there are none.
  func changedAnswers(_ benchmark: BenchmarkComparison) -> String? {
    let changed = benchmark.changedQuestions
    guard !changed.isEmpty, shownAnswers > 0 else { return nil }
    let shown = changed.prefix(shownAnswers)
    var lines = [
      "## Changed answers: \(ShownText.markdown(benchmark.benchmark.title)), \(shown.count) of"
        + " \(changed.count)", "",
    ]
    for (question, change, _) in shown {
      lines += entry(question, change)
    }
    let matrix = Self.ruleMatrix(changed.map(\.question))
    if !matrix.isEmpty {
      lines += ["", "Rules of A → rules of B:", ""]
      lines += matrix.map { "- \($0.count) × \(ShownText.markdown("\($0.a) → \($0.b)"))" }
    }
    return lines.joined(separator: "\n")
  }

  private func entry(
    _ question: ComparedQuestion, _ change: ComparedQuestion.Change
  ) -> [String] {
    guard let a = question.a, let b = question.b else { return [] }
    let token = question.firstDifferingToken.map { ", first differing token at \($0)" } ?? ""
    let scores = String(format: "%.4g → %.4g", a.scored.score.value, b.scored.score.value)
    let rules = "\(a.scored.score.rule) → \(b.scored.score.rule)"
    let escape = ShownText.markdown
    var lines = [
      "- **\(escape(question.id))** \(change.rawValue.replacing("_", with: " ")), \(scores)"
        + " (\(escape(rules)))\(token)"
    ]
    if let image = a.asked.imageIdentity ?? question.image {
      lines.append("  - image: \(escape(image))")
    }
    lines.append("  - question: \(escape(Self.cut(a.asked.question)))")
    lines.append(
      "  - references: \(escape(Self.cut(a.scored.sample.references.joined(separator: " | "))))")
    let (textA, textB) = Self.marked(Self.text(a), Self.text(b))
    lines.append("  - A: \(escape(textA))")
    lines.append("  - B: \(escape(textB))")
    return lines
  }

  static func text(_ side: ComparedQuestion.Side) -> String {
    guard let answer = side.answer else { return "(missing)" }
    return answer.failure.map { "(failed: \($0.message))" } ?? answer.text
  }

  private static let longest = 400

  private static func cut(_ text: String) -> String { ShownText.cut(text, to: longest) }

  /// Both texts with the part in which they differ between ⟦ and ⟧, and long equal parts left out.
  static func marked(_ a: String, _ b: String) -> (String, String) {
    let (a, b) = (Array(a.unicodeScalars), Array(b.unicodeScalars))
    let shorter = min(a.count, b.count)
    let start = (0..<shorter).first { a[$0] != b[$0] } ?? shorter
    let end =
      (0..<(shorter - start)).first { a[a.count - 1 - $0] != b[b.count - 1 - $0] }
      ?? (shorter - start)
    if start == a.count, start == b.count { return (text(a[...]), text(b[...])) }
    func mark(_ scalars: [Unicode.Scalar]) -> String {
      let head = start > 60 ? "…" + text(scalars[(start - 60)..<start]) : text(scalars[..<start])
      let tailStart = scalars.count - end
      let tail =
        end > 60 ? text(scalars[tailStart..<(tailStart + 60)]) + "…" : text(scalars[tailStart...])
      return head + "⟦" + cut(text(scalars[start..<tailStart])) + "⟧" + tail
    }
    return (mark(a), mark(b))
  }

  private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
  }

  /// How often an answer went from one kind of rule to another; numbers inside a rule do not make
  /// another kind.
  static func ruleMatrix(
    _ questions: [ComparedQuestion]
  ) -> [(a: String, b: String, count: Int)] {
    var counts: [[String]: Int] = [:]
    for question in questions {
      guard let a = question.a, let b = question.b else { continue }
      counts[[kind(a.scored.score.rule), kind(b.scored.score.rule)], default: 0] += 1
    }
    return counts.map { (a: $0.key[0], b: $0.key[1], count: $0.value) }.sorted {
      $0.count != $1.count ? $0.count > $1.count : ($0.a, $0.b) < ($1.a, $1.b)
    }
  }

  private static func kind(_ rule: String) -> String {
    rule.replacing(#/[0-9]+(\.[0-9]+)?/#, with: "n")
  }
}
