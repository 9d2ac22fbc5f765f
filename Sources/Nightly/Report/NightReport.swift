import Comparison
import Diagnostics
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
  /// - Parameter hasPage: false: what lies in the page's place is something else
  func lines(folder: NightFolder, hasPage: Bool = true) -> [String] {
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
    let page = folder.path + (hasPage ? "/night.html" : "/night.md")
    if FileManager.default.fileExists(atPath: page) { lines.append("report: \(page)") }
    // Model output and file names may hold terminal escapes.
    return lines.map { ShownText.visible($0) }
  }

  private static func cut(_ text: String, _ count: Int) -> String {
    ShownText.cut(text, to: count)
  }

  // MARK: Markdown

  var markdown: String {
    var text = "# Night \(record.night): \(record.verdict.words)\n\n"
    text += ShownText.markdown(record.sentence) + "\n\n"
    text += ShownText.markdown(times) + "\n\n"
    var table = record.table
    (table.title, table.caption) = ("", "")
    text += table.markdown
    for (title, items) in sections {
      text += "\n## \(title)\n\n" + items.map { "- \(ShownText.markdown($0))\n" }.joined()
    }
    text += changedAnswers
    return text
  }

  private var times: String {
    "\(record.started) to \(record.ended), code \(record.codeVersion),"
      + " exit code \(record.exitCode)"
  }

  /// What stands below the table, in lists.
  private var sections: [(title: String, items: [String])] {
    func sentences(_ comparisons: [NightRecord.Comparison]) -> [String] {
      comparisons.map { "\($0.model), \($0.night): \($0.sentence)" }
    }
    return [
      ("Against the pinned baseline", sentences(record.baseline)),
      ("Since the previous night (for information)", sentences(record.previous)),
      ("Stored scores", scorerChanges), ("Problems", problems), ("Alarms", record.alarms),
    ].filter { !$0.1.isEmpty }
  }

  // MARK: On a terminal

  /// The same for the eyes, without marks of Markdown: fitted to so many columns, nothing in it can
  /// steer the terminal. The changed answers stand in the files, which are named.
  func shown(width: Int, folder: NightFolder) -> String {
    func wrapped(_ text: String) -> [String] {
      TextWidth.wrapped(ShownText.visible(text), to: width, cutsWords: false)
    }
    var table = record.table
    (table.title, table.caption) = ("", "")
    var lines = wrapped("Night \(record.night): \(record.verdict.words)")
    lines += [""] + wrapped(record.sentence) + [""] + wrapped(times) + [""]
    lines += table.text(.markdown, width: width).split(
      separator: "\n", omittingEmptySubsequences: false
    ).dropLast().map(String.init)
    for (title, items) in sections {
      lines += ["", title + ":"] + items.flatMap { wrapped("- " + $0) }
    }
    let files = ["night.md", "night.html"].map { folder.path + "/" + $0 }.filter {
      FileManager.default.fileExists(atPath: $0)
    }
    if !files.isEmpty { lines += ["", "with every changed answer:"] + files }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Where stored scores of a night (A: the other one) are not what the present rules give.
  var scorerChanges: [String] {
    comparisons.filter { $0.isGate || !comparisons.contains(where: \.isGate) }.flatMap { compared in
      (compared.comparison.map { ComparisonReport($0).scorerChanges } ?? []).map {
        "\(compared.model), A \(compared.other): \($0)"
      }
    }
  }

  /// The answers that changed against the baseline, worst first, twenty per benchmark.
  private var changedAnswers: String {
    var text = ""
    for compared in comparisons where compared.isGate {
      for benchmark in compared.comparison?.benchmarks ?? [] where benchmark.counts.changed > 0 {
        text +=
          "\n## Changed answers: \(ShownText.markdown(compared.model)),"
          + " \(benchmark.benchmark.title)\n\n"
        for (question, change, _) in benchmark.changedQuestions.prefix(20) {
          let token = question.firstDifferingToken.map { ", token \($0)" } ?? ""
          let answers = [question.a, question.b].map {
            ShownText.markdown(Self.cut($0?.answer?.text ?? "(none)", 120))
          }
          text +=
            "- \(ShownText.markdown(question.id)) \(change.rawValue.replacing("_", with: " "))"
            + "\(token): \(answers[0]) → \(answers[1])\n"
        }
      }
    }
    return text
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
      "<testsuite name=\"nightly \(ShownText.html(record.night))\" tests=\"\(cases.count)\""
      + " failures=\"\(failures)\" errors=\"\(errors)\" timestamp=\"\(ShownText.html(record.started))\">\n"
    for entry in cases {
      text +=
        "  <testcase classname=\"\(ShownText.html(entry.suite))\" name=\"\(ShownText.html(entry.name))\""
        + String(format: " time=\"%.3f\"", entry.seconds)
      if let failure = entry.failure {
        let element = entry.isError ? "error" : "failure"
        text += ">\n    <\(element) message=\"\(ShownText.html(failure))\"/>\n  </testcase>\n"
      } else {
        text += "/>\n"
      }
    }
    return text + "</testsuite>\n"
  }
}
