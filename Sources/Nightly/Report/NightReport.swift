import Comparison
import Foundation
import Reporting

/// What a night says: Markdown, JSON and JUnit beside its runs, and ten lines to print.
struct NightReport {
  let record: NightRecord
  let comparisons: [NightComparisons.Compared]
  let problems: [String]

  init(_ record: NightRecord, comparisons: [NightComparisons.Compared], problems: [String]) {
    self.record = record
    self.comparisons = comparisons
    self.problems = problems
  }

  /// Writes the text files beside the page; night.json last, since it makes the night a finished
  /// one.
  func write(to folder: NightFolder) throws(NightlyError) {
    try NightlyFile.replace(folder.path + "/night.md", with: markdown)
    try NightlyFile.replace(folder.path + "/night.xml", with: junit)
    try NightlyFile.replace(folder.recordPath, with: record.json.text(indented: true))
  }

  // MARK: Ten lines

  /// The verdict, what decided, the figures, where everything lies: at most ten lines.
  func lines(folder: NightFolder) -> [String] {
    let complete = record.parts.count { $0.problem == nil }
    var lines = [
      "\(record.verdict.words.uppercased()) \(record.night): \(Self.cut(record.sentence, 300))",
      "parts: \(complete) of \(record.parts.count) complete, code \(record.codeVersion)",
    ]
    for comparison in record.baseline.prefix(2) {
      lines.append(
        "against baseline \(comparison.night), \(comparison.model): "
          + Self.cut(comparison.sentence, 160))
    }
    for comparison in record.previous.prefix(2) {
      lines.append(
        "since \(comparison.night), \(comparison.model): \(Self.cut(comparison.sentence, 160))")
    }
    if let problem = problems.first {
      let more = problems.count > 1 ? " (and \(problems.count - 1) more)" : ""
      lines.append("problem: \(Self.cut(problem, 200))\(more)")
    }
    if let alarm = record.alarms.first {
      let more = record.alarms.count > 1 ? " (and \(record.alarms.count - 1) more)" : ""
      lines.append("alarm, not acknowledged: \(alarm)\(more)")
    }
    let page = folder.path + "/night.html"
    if FileManager.default.fileExists(atPath: page) { lines.append("report: \(page)") }
    return lines.map(Self.printable)
  }

  private static func cut(_ text: String, _ count: Int) -> String {
    text.count <= count ? text : text.prefix(count - 1) + "…"
  }

  /// Model output and file names may hold terminal escapes.
  private static func printable(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? " " : $0 }))
  }

  // MARK: Tables

  private static func value(_ figure: NightRecord.Figure) -> String {
    String(format: abs(figure.value) < 1 && figure.value != 0 ? "%.4f" : "%.2f", figure.value)
  }

  private static func interval(_ figure: NightRecord.Figure) -> String {
    guard let low = figure.low, let high = figure.high else { return "n/a" }
    return String(format: abs(high) < 1 ? "%.4f to %.4f" : "%.2f to %.2f", low, high)
  }

  /// One row per figure, and one for a part without any.
  var rows: [[String]] {
    record.parts.flatMap { part -> [[String]] in
      let counts = "\(part.answered) of \(part.selected)"
      let state = part.problem ?? "complete"
      if part.figures.isEmpty {
        return [[part.model, part.benchmark, "", "", "", counts, state]]
      }
      return part.figures.map {
        [
          part.model, part.benchmark, $0.name, Self.value($0), Self.interval($0), counts, state,
        ]
      }
    }
  }

  static let columns = [
    "Model", "Benchmark", "Figure", "Value", "95 % interval", "Answered", "State",
  ]

  var markdown: String {
    func line(_ cells: [String]) -> String {
      "| " + cells.map(Self.markdown).joined(separator: " | ") + " |\n"
    }
    var text = "# Night \(record.night): \(record.verdict.words)\n\n"
    text += Self.markdown(record.sentence) + "\n\n"
    text +=
      "\(record.started) to \(record.ended), code \(Self.markdown(record.codeVersion)),"
      + " exit code \(record.exitCode)\n\n"
    text += line(Self.columns)
    text += "|" + String(repeating: "---|", count: Self.columns.count) + "\n"
    for row in rows { text += line(row) }
    text += section("Against the pinned baseline", record.baseline)
    text += section("Since the previous night (for information)", record.previous)
    if !scorerChanges.isEmpty {
      text += "\n## Stored scores\n\n"
      text += scorerChanges.map { "- \(Self.markdown($0))\n" }.joined()
    }
    for (title, items) in [("Problems", problems), ("Alarms", record.alarms)] where !items.isEmpty {
      text += "\n## \(title)\n\n" + items.map { "- \(Self.markdown($0))\n" }.joined()
    }
    text += changedAnswers
    return text
  }

  /// Where stored scores of a night (A: the other one) are not what the present rules give.
  var scorerChanges: [String] {
    comparisons.filter { $0.isGate || !comparisons.contains(where: \.isGate) }.flatMap { compared in
      (compared.comparison.map { ComparisonReport($0).scorerChanges } ?? []).map {
        "\(compared.model), A \(compared.other): \($0)"
      }
    }
  }

  private func section(_ title: String, _ comparisons: [NightRecord.Comparison]) -> String {
    guard !comparisons.isEmpty else { return "" }
    let items = comparisons.map {
      "- \(Self.markdown($0.model)), \($0.night): \(Self.markdown($0.sentence))\n"
    }
    return "\n## \(title)\n\n" + items.joined()
  }

  /// The answers that changed against the baseline, worst first, twenty per benchmark.
  private var changedAnswers: String {
    var text = ""
    for compared in comparisons where compared.isGate {
      for benchmark in compared.comparison?.benchmarks ?? [] where benchmark.counts.changed > 0 {
        text +=
          "\n## Changed answers: \(Self.markdown(compared.model)),"
          + " \(benchmark.benchmark.title)\n\n"
        for (question, change, _) in benchmark.changedQuestions.prefix(20) {
          let token = question.firstDifferingToken.map { ", token \($0)" } ?? ""
          let answers = [question.a, question.b].map {
            Self.markdown(Self.cut($0?.answer?.text ?? "(none)", 120))
          }
          text +=
            "- \(Self.markdown(question.id)) \(change.rawValue.replacing("_", with: " "))"
            + "\(token): \(answers[0]) → \(answers[1])\n"
        }
      }
    }
    return text
  }

  static func markdown(_ text: String) -> String {
    var escaped = ""
    for character in text.unicodeScalars {
      if "\\`*_[]<>|#&".unicodeScalars.contains(character) { escaped += "\\" }
      if character.value < 0x20 {
        escaped += " "
      } else {
        escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }

  // MARK: JUnit

  /// One case per part, and one per gated comparison.
  var junit: String {
    var cases: [(suite: String, name: String, failure: String?, isError: Bool, seconds: Double)] =
      record.parts.map { ($0.model, $0.benchmark, $0.problem, $0.stopped == nil, $0.seconds) }
    for comparison in record.baseline {
      let verdict = NightVerdict(rawValue: comparison.verdict)
      let fails = (verdict?.severity ?? 0) >= NightVerdict.incomplete.severity
      cases.append(
        (
          comparison.model, "against baseline \(comparison.night)",
          fails ? comparison.sentence : nil, false, 0
        ))
    }
    let failures = cases.count { $0.failure != nil && !$0.isError }
    let errors = cases.count { $0.failure != nil && $0.isError }
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    text +=
      "<testsuite name=\"nightly \(record.night)\" tests=\"\(cases.count)\""
      + " failures=\"\(failures)\" errors=\"\(errors)\" timestamp=\"\(record.started)\">\n"
    for entry in cases {
      text +=
        "  <testcase classname=\"\(Self.markup(entry.suite))\" name=\"\(Self.markup(entry.name))\""
        + String(format: " time=\"%.3f\"", entry.seconds)
      if let failure = entry.failure {
        let element = entry.isError ? "error" : "failure"
        text += ">\n    <\(element) message=\"\(Self.markup(failure))\"/>\n  </testcase>\n"
      } else {
        text += "/>\n"
      }
    }
    return text + "</testsuite>\n"
  }

  /// Text for HTML and XML; what XML cannot hold becomes a replacement character.
  static func markup(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\n", "\t": escaped += " "
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
        escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
