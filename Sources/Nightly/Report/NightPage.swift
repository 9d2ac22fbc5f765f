import Comparison
import Diagnostics
import Foundation
import Pages
import Reporting

/// The page of a night: its verdict, what became of every part, both comparisons, the history as
/// drawings, and, of every benchmark with a changed answer, all answers beside each other.
struct NightPage {
  /// A page about more images than this, of all its benchmarks together, is written without them:
  /// it is written every night.
  static let mostImages = 200

  private let report: NightReport
  private let series: [HistorySeries]

  init(_ report: NightReport, series: [HistorySeries]) {
    self.report = report
    self.series = series
  }

  /// Writes `night.html`, and where the night has several models a page for each with changed
  /// answers.
  ///
  /// - Throws: what keeps a page from being written; one that would be too large for a browser is
  ///   written without answers.
  func write(to folder: NightFolder, note: (String) -> Void) throws {
    let isOneModel = Set(report.record.parts.map(\.model)).count == 1
    var contents = overview
    if isOneModel, let shown = shown.first {
      contents.runs = changedRuns(shown)
    } else {
      for compared in shown {
        guard let page = page(compared, title: contents.title) else { continue }
        let name = "night-\(compared.model).html"
        try write(page, to: folder.path + "/" + name, note: note)
        contents.notes.append("\(compared.model): its changed answers are in \(name)")
      }
    }
    try write(contents, to: folder.path + "/night.html", note: note)
  }

  private func write(_ contents: PageContents, to file: String, note: (String) -> Void) throws {
    let isSmall = Self.imageCount(contents.runs) <= Self.mostImages
    let options = PageOptions(images: isSmall ? .thumbnails : .none)
    do {
      try Page.write(contents, to: file, options: options)
    } catch let error as PageError where error.code == .tooLarge {
      note("\(file): \(error.message); it is written without answers")
      var smaller = contents
      smaller.runs = []
      smaller.notes.append(
        "The answers are too many for one page: `proxyv-eval compare A B --format html --output"
          + " FOLDER` shows them.")
      try Page.write(smaller, to: file, options: options)
    }
  }

  /// Images of all benchmarks; two runs that stand beside each other show the same ones.
  static func imageCount(_ runs: [PageRun]) -> Int {
    var images: Set<[UInt8]> = []
    for run in runs {
      for identity in run.answers.asked.compactMap(\.imageIdentity) {
        images.insert(Array("\(run.benchmark.name)\0\(identity)".utf8))
      }
    }
    return images.count
  }

  // MARK: What it shows

  /// The comparison of each model that matters most: the gate's, else that with the night before.
  private var shown: [NightComparisons.Compared] {
    let gated = report.comparisons.filter(\.isGate)
    return gated.isEmpty ? report.comparisons : gated
  }

  private var overview: PageContents {
    let record = report.record
    var contents = PageContents(
      title: "Night \(record.night): \(record.verdict.words)", runs: [])
    contents.verdict = PageVerdict(
      record.sentence, tone: Self.tone(record.verdict),
      details: report.comparisons.map {
        "\($0.isGate ? "against the baseline" : "since") \($0.other), \($0.model): \($0.sentence)"
      } + report.problems + record.alarms.map { "alarm, not acknowledged: \($0)" })
    contents.notes =
      [
        "\(record.started) to \(record.ended), code \(record.codeVersion),"
          + " exit code \(record.exitCode)"
      ] + report.scorerChanges
    contents.tables = [record.table.page(title: "Parts")]
    for compared in report.comparisons {
      guard let comparison = compared.comparison, !comparison.benchmarks.isEmpty else { continue }
      let title =
        "\(compared.model), \(compared.isGate ? "against the baseline" : "since") \(compared.other)"
      contents.tables += ComparisonReport(comparison).page.tables.map { table in
        var table = table
        table.title = "\(title): \(table.title)"
        table.isFolded = table.isFolded || !compared.isGate
        return table
      }
    }
    contents.figures = series.map { series in
      PageFigure(
        title: series.name, svg: series.svg,
        caption: series.changes().map(\.sentence).joined(separator: "; "))
    }
    return contents
  }

  private func page(_ compared: NightComparisons.Compared, title: String) -> PageContents? {
    let runs = changedRuns(compared)
    guard !runs.isEmpty else { return nil }
    return PageContents(
      title: "\(title), \(compared.model)", runs: runs,
      verdict: PageVerdict(compared.sentence, tone: Self.tone(compared.verdict)))
  }

  /// Both runs of every benchmark in which an answer changed.
  private func changedRuns(_ compared: NightComparisons.Compared) -> [PageRun] {
    (compared.comparison?.benchmarks ?? []).filter { $0.counts.changed > 0 }.flatMap { benchmark in
      [(benchmark.a, compared.other), (benchmark.b, report.record.night)].map { run, night in
        PageRun(run.answers, benchmark: run.benchmark, scores: run.scores, name: night)
      }
    }
  }

  private static func tone(_ verdict: NightVerdict) -> PageVerdict.Tone {
    switch verdict {
    case .identical, .noRegression: .good
    case .changedAnswers, .regression: .bad
    case .cannotTell, .incomplete: .unclear
    case .noBaseline: .neutral
    }
  }
}
