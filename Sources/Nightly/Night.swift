import Comparison
import Diagnostics
public import Evaluation
import Foundation
import Reporting

/// One night: every model answers every benchmark, then both comparisons are made, and the history
/// is brought up to date.
///
///     let night = try Night(configuration, source: source)
///     let outcome = try night.run(progress: { _ in SilentProgress() }, note: { print($0) })
///     exit(outcome.record.exitCode)
///
/// Several processes may answer parts of a night: one begins it (``begun(_:named:at:)``), each of
/// them answers its shard, and one closes it (``close(note:)``).
public struct Night {
  /// A night without an end younger than this is continued; an older one is left as it is.
  static let continuedWithin = 24.0 * 3600

  public let configuration: NightlyConfiguration
  public let folder: NightFolder
  /// Whether a benchmark ends as soon as it is clear that it got worse than the baseline.
  public var stopsWhenRegressed = false
  let root: NightlyRoot
  let source: ModelSource
  let started: Date
  private let lock: RootLock

  /// Takes the root, and finds the night that was killed, or begins a new one.
  ///
  /// - Parameter named: works on this night again: asks what it lacks, and reports anew
  /// - Throws: ``NightlyError``: the root is held, cannot be written; the night is of another plan
  public init(
    _ configuration: NightlyConfiguration, source: ModelSource, named: String? = nil,
    at date: Date = Date()
  ) throws {
    self.configuration = configuration
    self.source = source
    root = NightlyRoot(configuration.output)
    lock = try RootLock(root)
    let plan = configuration.planDescription
    if let named {
      folder = try Self.folder(named, of: configuration, in: root)
    } else if let last = root.nights().last, !last.isFinished, let begun = last.plan(),
      !begun.isSharded, begun.description == plan,
      date.timeIntervalSince(begun.started) < Self.continuedWithin
    {
      folder = last
    } else {
      folder = root.newNight(at: date)
    }
    if let begun = folder.plan() {
      started = begun.started
    } else {
      started = Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down))
      try folder.begin(plan: plan, at: started)
    }
  }

  /// The night with a name, where it is one of this plan.
  static func folder(
    _ name: String, of configuration: NightlyConfiguration, in root: NightlyRoot
  ) throws(NightlyError) -> NightFolder {
    let folder = try root.night(name)
    guard folder.plan()?.description == configuration.planDescription else {
      throw NightlyError(
        .invalidRequest,
        "the night \(name) was made with other models, benchmarks or data than"
          + " \(configuration.file) names now; only the same can be continued",
        at: Location(file: folder.path))
    }
    return folder
  }

  public struct Outcome {
    public let record: NightRecord
    /// The verdict first; at most ten.
    public let lines: [String]
  }

  /// Runs every part, whatever becomes of the others.
  ///
  /// - Parameters:
  ///   - progress: who is told how a part gets on, by its title
  ///   - note: gets sentences while the night runs
  public func run(
    progress: (String) -> any RunProgress, note: (String) -> Void
  ) throws -> Outcome {
    let check = NightCheck(configuration, source: source)
    for line in check.lines { note(line) }
    var parts: [NightRecord.Part] = []
    for model in configuration.models {
      parts += answer(model, progress: progress, note: note)
    }
    return try finish(parts, note: note)
  }

  // MARK: What comes of it

  func finish(_ parts: [NightRecord.Part], note: (String) -> Void) throws -> Outcome {
    var problems = parts.compactMap { part in
      part.problem.map { "\(part.model)/\(part.benchmark): \($0)" }
    }
    var baselineNight: NightFolder?
    do {
      baselineNight = try BaselineNight.find(configuration, in: root)
    } catch {
      problems.append(render(error))
    }
    let earlier = root.finishedNights().filter { NightFolder.precedes($0.name, folder.name) }
    let comparisons = NightComparisons(self)
    var gated: [NightComparisons.Compared] = []
    if let night = baselineNight, night.name != folder.name {
      gated = configuration.models.map { comparisons.compare($0, with: night, gates: true) }
    }
    let previous = earlier.last.map { night in
      configuration.models.map { comparisons.compare($0, with: night, gates: false) }
    }
    var record = NightRecord(
      night: folder.name, started: started.formatted(.iso8601), ended: Date().formatted(.iso8601),
      verdict: .noBaseline, exitCode: 0, sentence: "", codeVersion: codeVersion, parts: parts,
      baseline: gated.map(\.record), previous: (previous ?? []).map(\.record), alarms: [])
    var verdict = gated.map(\.verdict).max { $0.severity < $1.severity } ?? .noBaseline
    if !problems.isEmpty, verdict.severity < NightVerdict.incomplete.severity {
      verdict = .incomplete
    }
    let stopped = parts.compactMap { part in
      part.stopped.map { configuration.models.count > 1 ? "\(part.model): \($0)" : $0 }
    }
    if !stopped.isEmpty { verdict = .regression }
    record.verdict = verdict
    record.exitCode = Int(verdict.exitCode(strict: configuration.gate.configuration.isStrict))
    record.sentence = sentence(verdict, gated: gated, problems: problems, stopped: stopped)
    var hasPage = true
    do {
      let history = try updateHistory(record, note: note)
      record.alarms = try root.openAlarms().map(\.description)
      var report = NightReport(record, comparisons: gated + (previous ?? []), problems: problems)
      // The page is for the eye: where it cannot be written, the record still must be.
      do {
        try NightPage(report, series: history).write(to: folder, note: note)
      } catch {
        let sentence = "the page is not written: \(render(error))"
        note(sentence)
        problems.append(sentence)
        report = NightReport(record, comparisons: gated + (previous ?? []), problems: problems)
        hasPage = false
      }
      try report.write(to: folder)
      keep()
    } catch {
      // A full disk must not hide what is known: it is said here, and the next run writes it.
      note(render(error))
      problems.append(render(error))
      if record.verdict.severity < NightVerdict.incomplete.severity {
        record.verdict = .incomplete
        record.exitCode = 101
        record.sentence = sentence(.incomplete, gated: gated, problems: problems, stopped: [])
      }
    }
    let report = NightReport(record, comparisons: gated + (previous ?? []), problems: problems)
    return Outcome(record: record, lines: report.lines(folder: folder, hasPage: hasPage))
  }

  private var codeVersion: String {
    configuration.models.first.map { source.environment($0).codeVersion } ?? "unknown"
  }

  private func sentence(
    _ verdict: NightVerdict, gated: [NightComparisons.Compared], problems: [String],
    stopped: [String]
  ) -> String {
    let figures = gated.filter { $0.verdict == verdict }.map {
      configuration.models.count > 1
        ? "\($0.record.model): \($0.record.sentence)"
        : $0.record.sentence
    }
    switch verdict {
    case .noBaseline:
      return "complete, and nothing to compare with: no baseline is pinned; pin this night with"
        + " `nightly baseline set \(folder.name) --because TEXT`"
    case .incomplete where !problems.isEmpty:
      return "incomplete: " + problems.joined(separator: "; ")
    case .regression where !stopped.isEmpty:
      // The figures' sentences begin with the same word.
      return
        (["regression: " + stopped.joined(separator: "; ")]
        + figures.map { $0.replacing("regression: ", with: "") }).joined(separator: "; ")
    default:
      return figures.joined(separator: "; ")
    }
  }

  /// Adds the night to the history, raises alarms, and returns its series.
  private func updateHistory(
    _ record: NightRecord, note: (String) -> Void
  ) throws -> [HistorySeries] {
    let history = try History.opened(root, note: note)
    try history.update(finishing: record, folder: folder, note: note)
    let found = try history.newAlarms(root)
    try root.raise(found)
    return try history.series().filter { $0.points.last?.night == folder.name }
  }

  /// Takes away what scoring makes again from nights older than those that are kept whole.
  private func keep() {
    guard let count = configuration.keptNights else { return }
    let pinned = (try? root.baseline())?.night
    for night in root.finishedNights().dropLast(count) where night.name != pinned {
      for model in (try? FileManager.default.contentsOfDirectory(atPath: night.path)) ?? [] {
        let folder = night.path + "/" + model
        for run in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
          unlink("\(folder)/\(run)/samples.jsonl")
        }
      }
    }
  }
}
