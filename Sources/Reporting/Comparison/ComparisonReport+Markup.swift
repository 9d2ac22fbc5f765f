import Comparison
import Foundation
import Statistics

extension ComparisonReport {
  /// JUnit's XML: one test case per figure that decides, and one for the answers where they are to
  /// be identical.
  var junit: String {
    var cases: [(name: String, group: String, result: String)] = comparison.outcome.figures.map {
      let parts = $0.name.split(separator: "/", maxSplits: 1).map(String.init)
      return (parts.last ?? $0.name, parts.first ?? "", result($0))
    }
    if comparison.options.gate?.expectsIdentical ?? false {
      let result =
        comparison.verdict == .changedAnswers
        ? Self.element("failure", "changed answers", comparison.sentence) : ""
      cases.append(("answers are identical", "answers", result))
    }
    let failures = cases.count { $0.result.contains("<failure") }
    let errors = cases.count { $0.result.contains("<error") }
    let skipped = cases.count { $0.result.contains("<skipped") }
    let lines = cases.map { entry in
      """
          <testcase name=\"\(Self.escaped(entry.name))\" \
      classname=\"\(Self.escaped(entry.group))\">
      """
        + entry.result + "</testcase>"
    }
    return
      ([
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
        "<testsuites name=\"proxyv-eval compare\" tests=\"\(cases.count)\" failures=\"\(failures)\""
          + " errors=\"\(errors)\" skipped=\"\(skipped)\">",
        "  <testsuite name=\"\(Self.escaped(comparison.sentence))\" tests=\"\(cases.count)\""
          + " failures=\"\(failures)\" errors=\"\(errors)\" skipped=\"\(skipped)\">",
      ] + lines + ["  </testsuite>", "</testsuites>"]).joined(separator: "\n") + "\n"
  }

  private func result(_ decision: Gate.Decision) -> String {
    let figure = comparison.benchmarks.flatMap(\.figures).first { $0.key == decision.name }
    let text = figure.map(Self.summary) ?? ""
    switch decision.verdict {
    case .noRegression: return ""
    case .regression: return Self.element("failure", "regression", text)
    case .missing: return Self.element("error", "missing", text)
    case .incomparable, .incomplete: return Self.element("error", "incomparable", text)
    case .cannotTell:
      let isStrict = comparison.options.gate?.isStrict ?? false
      // The same answers of the same model leave nothing to tell.
      if comparison.verdict == .identical { return "" }
      return Self.element(isStrict ? "failure" : "skipped", "cannot tell", text)
    }
  }

  private static func summary(_ figure: FigureComparison) -> String {
    let delta = figure.difference
    return String(
      format: "%.4f -> %.4f, difference %+.4f, interval %@, margin %g", figure.a?.value ?? .nan,
      figure.b?.value ?? .nan, delta?.value ?? .nan, interval(delta?.low, delta?.high),
      figure.margin ?? .nan)
  }

  private static func element(_ name: String, _ message: String, _ text: String) -> String {
    "<\(name) message=\"\(escaped(message))\">\(escaped(text))</\(name)>"
  }

  /// One file that needs no other: the report's text and tables.
  var html: String {
    func table(_ table: ResultTable) -> String { table.htmlFragment }
    var body = ["<h1>\(Self.escaped(comparison.sentence))</h1>", table(self.table)]
    for benchmark in comparison.benchmarks {
      body.append("<h2>\(Self.escaped(benchmark.benchmark.title))</h2>")
      body.append("<p>\(Self.escaped(benchmark.coverage.summary))</p>")
      body.append("<p>\(Self.escaped(Self.answers(benchmark.counts)))</p>")
      for (question, change, _) in benchmark.changedQuestions.prefix(shownAnswers) {
        guard let a = question.a, let b = question.b else { continue }
        body.append(
          "<p><b>\(Self.escaped(question.id))</b> \(change.rawValue)<br>"
            + "\(Self.escaped(a.asked.question))<br>A: \(Self.escaped(Self.text(a)))<br>"
            + "B: \(Self.escaped(Self.text(b)))</p>")
      }
    }
    if !explorationTable.rows.isEmpty {
      body += ["<h2>Exploration</h2>", table(explorationTable)]
    }
    body.append("<p>\(Self.escaped(settings))</p>")
    return """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><title>proxyv-eval compare</title>
      <style>body{font-family:sans-serif;margin:2em}table{border-collapse:collapse}
      td,th{border:1px solid #999;padding:.2em .5em}</style></head><body>
      \(body.joined(separator: "\n"))
      </body></html>

      """
  }

  /// For XML and HTML; what XML cannot hold at all becomes a replacement character.
  static func escaped(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&quot;"
      case "'": "&#39;"
      case "\n", "\t": " "
      case "\0"..<" ", "\u{7F}", "\u{FFFE}", "\u{FFFF}": "\u{FFFD}"
      default: String(scalar)
      }
    }.joined()
  }
}
