import Benchmarks
import Comparison
import Diagnostics
import Evaluation
import Foundation
import Metrics

/// Asking one part after the other.
extension Night {
  func answer(
    _ model: NightModel, progress: (String) -> any RunProgress, note: (String) -> Void
  ) -> [NightRecord.Part] {
    // A model whose answers are all there need not be loaded again.
    var loaded: Result<any AnsweringModel, any Error>?
    return configuration.benchmarks.map { benchmark in
      let begun = Date()
      do {
        var run = try benchmark.run(source.environment(model))
        let watch = stopsWhenRegressed ? self.watch(model, benchmark, run, note: note) : nil
        run.watch = watch
        let answering = loaded ?? Result { try source.load(model) }
        loaded = answering
        let title = "\(model.name), \(benchmark.benchmark.title)"
        note("\(title): \(run.data.samples.count) questions in \(run.data.path)")
        let scored = try run.answered(
          by: answering.get(), in: folder.runPath(part(model, benchmark)),
          profiles: .one(benchmark.profile), defaultName: "\(folder.name) \(model.name)",
          progress: progress(title))
        return self.part(model, benchmark, scored, stopped: watch?.finding?.sentence)
      } catch {
        let problem = render(error)
        note("\(model.name), \(benchmark.benchmark.title): \(problem)")
        return failedPart(
          model, benchmark, problem: problem, seconds: Date().timeIntervalSince(begun))
      }
    }
  }

  func part(_ model: NightModel, _ benchmark: NightBenchmark) -> NightPart {
    NightPart(model: model.name, benchmark: benchmark.benchmark.name)
  }

  func part(
    _ model: NightModel, _ benchmark: NightBenchmark, _ scored: ScoredRun, stopped: String? = nil
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
    if let stopped { problem = "PARTIAL: " + stopped }
    return NightRecord.Part(
      model: model.name, benchmark: benchmark.benchmark.name,
      profile: benchmark.profile.rawValue, problem: problem, stopped: stopped,
      remark: scores.hasReferences ? nil : "no references: nothing to score", seconds: seconds,
      answered: ledger.answered, selected: ledger.selected,
      figures: HeadlineFigure.all(scores, benchmark: benchmark.benchmark).map {
        NightRecord.Figure(name: $0.name, value: $0.value, low: $0.low, high: $0.high)
      })
  }

  func failedPart(
    _ model: NightModel, _ benchmark: NightBenchmark, problem: String, seconds: Double = 0
  ) -> NightRecord.Part {
    NightRecord.Part(
      model: model.name, benchmark: benchmark.benchmark.name,
      profile: benchmark.profile.rawValue, problem: problem, seconds: seconds, answered: 0,
      selected: 0, figures: [])
  }

  // MARK: Ending early

  /// Who ends a benchmark when it is clear that it got worse; nil where there is no baseline to
  /// compare with. Why there is none is said, and the benchmark is asked to its end.
  private func watch(
    _ model: NightModel, _ benchmark: NightBenchmark, _ run: BenchmarkRun, note: (String) -> Void
  ) -> RegressionWatch? {
    do {
      return try watch(model, benchmark, run)
    } catch {
      note(
        "\(model.name), \(benchmark.benchmark.title): asked to its end, --stop-when-regressed has"
          + " nothing to compare with: \(render(error))")
      return nil
    }
  }

  private func watch(
    _ model: NightModel, _ benchmark: NightBenchmark, _ run: BenchmarkRun
  ) throws -> RegressionWatch? {
    guard let night = try BaselineNight.find(configuration, in: root), night.name != folder.name
    else { return nil }
    let comparisons = NightComparisons(self)
    guard let baseline = try comparisons.opened(night.runPath(part(model, benchmark)), benchmark)
    else { return nil }
    let family = configuration.gate.configuration.family
    let alpha = comparisons.alpha(model, against: night)
    let samples = run.data.samples
    let selected = try benchmark.selection.indices(in: samples.map(\.id)).map { samples[$0] }
    let size = configuration.gate.configuration.figureKeys(
      of: configuration.benchmarks.map(\.benchmark), known: BenchmarkRegistry.all
    ).count
    return RegressionWatch(
      baseline,
      tonight: selected.map { RunQuestion($0, prompt: benchmark.benchmark.prompt(for: $0)) },
      seed: configuration.seed, threshold: Double(max(1, size)) / alpha
    ) { key in
      family?.contains { $0 == key || $0 == benchmark.benchmark.name } ?? true
    }
  }
}
