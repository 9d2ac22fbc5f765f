import Comparison
import Diagnostics
public import Evaluation
import Foundation
import Metrics
import Reporting

/// One night: every model answers every benchmark, then both comparisons are made, and the history
/// is brought up to date.
///
///     let night = try Night(configuration, source: source)
///     let outcome = try night.run(progress: { _ in SilentProgress() }, note: { print($0) })
///     exit(outcome.record.exitCode)
public struct Night {
  /// A night without an end younger than this is continued; an older one is left as it is.
  static let continuedWithin = 24.0 * 3600

  public let configuration: NightlyConfiguration
  public let folder: NightFolder
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
    let nights = root.nights()
    if let named {
      folder = try root.night(named)
      guard folder.plan()?.description == plan else {
        throw NightlyError(
          .invalidRequest,
          "the night \(named) was made with other models, benchmarks or data than"
            + " \(configuration.file) names now; only the same can be continued",
          at: Location(file: folder.path))
      }
    } else if let last = nights.last, !last.isFinished, let begun = last.plan(),
      begun.description == plan, date.timeIntervalSince(begun.started) < Self.continuedWithin
    {
      folder = last
    } else {
      let name = NightFolder.newName(at: date, after: nights)
      folder = NightFolder(path: root.nightsFolder + "/" + name, name: name)
    }
    if let begun = folder.plan() {
      started = begun.started
    } else {
      started = Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down))
      try folder.begin(plan: plan, at: started)
    }
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

  // MARK: Answering

  private func answer(
    _ model: NightModel, progress: (String) -> any RunProgress, note: (String) -> Void
  ) -> [NightRecord.Part] {
    // A model whose answers are all there need not be loaded again.
    var loaded: Result<any AnsweringModel, any Error>?
    return configuration.benchmarks.map { benchmark in
      let begun = Date()
      do {
        var run = try BenchmarkRun(
          benchmark.benchmark, data: benchmark.data, layoutName: benchmark.format)
        run.selection = benchmark.selection
        run.environment = source.environment(model)
        run.retryFailed = true
        let answering = loaded ?? Result { try source.load(model) }
        loaded = answering
        let title = "\(model.name), \(benchmark.benchmark.title)"
        note("\(title): \(run.data.samples.count) questions in \(run.data.path)")
        let scored = try run.answered(
          by: answering.get(), in: folder.runPath(part(model, benchmark)),
          profiles: .one(benchmark.profile), defaultName: "\(folder.name) \(model.name)",
          progress: progress(title))
        return self.part(model, benchmark, scored)
      } catch {
        let problem = render(error)
        note("\(model.name), \(benchmark.benchmark.title): \(problem)")
        return NightRecord.Part(
          model: model.name, benchmark: benchmark.benchmark.name,
          profile: benchmark.profile.rawValue, problem: problem,
          seconds: Date().timeIntervalSince(begun), answered: 0, selected: 0, figures: [])
      }
    }
  }

  func part(_ model: NightModel, _ benchmark: NightBenchmark) -> NightPart {
    NightPart(model: model.name, benchmark: benchmark.benchmark.name)
  }

  private func part(
    _ model: NightModel, _ benchmark: NightBenchmark, _ scored: ScoredRun
  ) -> NightRecord.Part {
    let scores = scored.scores[0]
    let samples = scores.samples
    let seconds = samples.reduce(0.0) { sum, sample in
      guard let spent = sample.answer?.seconds else { return sum }
      return sum + spent.decode + spent.encode + spent.prefill + spent.generate
    }
    let ledger = scores.ledger
    var problem: String?
    if ledger.failed > 0 || ledger.missing > 0 {
      let failure = samples.lazy.compactMap { sample in
        sample.answer?.failure.map { "\(sample.scored.sample.id): \($0.message)" }
      }.first
      problem = "\(ledger.summary)" + (failure.map { "; first failure: \($0)" } ?? "")
    }
    return NightRecord.Part(
      model: model.name, benchmark: benchmark.benchmark.name,
      profile: benchmark.profile.rawValue, problem: problem, seconds: seconds,
      answered: ledger.answered, selected: ledger.selected,
      figures: HeadlineFigure.all(scores, benchmark: benchmark.benchmark).map {
        NightRecord.Figure(name: $0.name, value: $0.value, low: $0.low, high: $0.high)
      })
  }

  // MARK: What comes of it

  private func finish(_ parts: [NightRecord.Part], note: (String) -> Void) throws -> Outcome {
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
    record.verdict = verdict
    record.exitCode = Int(verdict.exitCode(strict: configuration.gate.configuration.isStrict))
    record.sentence = sentence(verdict, gated: gated, problems: problems)
    do {
      record.alarms = try updateHistory(record, note: note)
      try NightReport(record, comparisons: gated + (previous ?? []), problems: problems)
        .write(to: folder)
      keep()
    } catch {
      // A full disk must not hide what is known: it is said here, and the next run writes it.
      note(render(error))
      problems.append(render(error))
      if record.verdict.severity < NightVerdict.incomplete.severity {
        record.verdict = .incomplete
        record.exitCode = 101
        record.sentence = sentence(.incomplete, gated: gated, problems: problems)
      }
    }
    let report = NightReport(record, comparisons: gated + (previous ?? []), problems: problems)
    return Outcome(record: record, lines: report.lines(folder: folder))
  }

  private var codeVersion: String {
    configuration.models.first.map { source.environment($0).codeVersion } ?? "unknown"
  }

  private func sentence(
    _ verdict: NightVerdict, gated: [NightComparisons.Compared], problems: [String]
  ) -> String {
    switch verdict {
    case .noBaseline:
      return "complete, and nothing to compare with: no baseline is pinned; pin this night with"
        + " `nightly baseline set \(folder.name) --because TEXT`"
    case .incomplete where !problems.isEmpty:
      return "incomplete: " + problems.joined(separator: "; ")
    default:
      return gated.filter { $0.verdict == verdict }.map {
        configuration.models.count > 1
          ? "\($0.record.model): \($0.record.sentence)"
          : $0.record.sentence
      }.joined(separator: "; ")
    }
  }

  private func updateHistory(
    _ record: NightRecord, note: (String) -> Void
  ) throws -> [String] {
    let history = try History.opened(root, note: note)
    try history.update(finishing: record, folder: folder, note: note)
    let found = try history.newAlarms(root)
    try root.raise(found)
    return try root.openAlarms().map(\.description)
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
