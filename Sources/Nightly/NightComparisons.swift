import Comparison
import Diagnostics
import Evaluation
import Foundation
import Statistics

/// Tonight's runs against those of another night, model by model.
struct NightComparisons {
  private let night: Night

  init(_ night: Night) { self.night = night }

  struct Compared {
    let model: String
    let other: String
    let isGate: Bool
    /// Nil where nothing could be compared.
    let comparison: Comparison?
    let verdict: NightVerdict
    let sentence: String

    var record: NightRecord.Comparison {
      NightRecord.Comparison(
        model: model, night: other, verdict: verdict.rawValue, sentence: sentence)
    }
  }

  /// Compares a model's runs with those that it has in another night.
  func compare(
    _ model: NightModel, with other: NightFolder, gates: Bool, alpha given: Double? = nil
  ) -> Compared {
    let configuration = night.configuration
    var options = ComparisonOptions()
    options.seed = configuration.seed
    // The gate does not use it, and nine benchmarks of it take minutes in a night of many.
    options.replicates = 0
    options.alpha = given ?? (gates ? alpha(model, against: other) : configuration.gate.alpha)
    if gates { options.gate = configuration.gate.configuration }
    var compared: [BenchmarkComparison] = []
    var unpaired: [Comparison.Unpaired] = []
    var problems: [String] = []
    // A split to submit is asked every night, and has nothing to compare.
    var unscored: [String] = []
    for benchmark in configuration.benchmarks {
      let part = night.part(model, benchmark)
      let paths = (a: other.runPath(part), b: night.folder.runPath(part))
      do {
        let sides = try [paths.a, paths.b].map(answers)
        guard let answersA = sides[0], let answersB = sides[1] else {
          let hasA = FileManager.default.fileExists(atPath: paths.a + "/run.json")
          unpaired.append(
            Comparison.Unpaired(
              benchmark: part.benchmark, path: hasA ? paths.a : paths.b, isInA: hasA))
          continue
        }
        if !answersA.isScorable, !answersB.isScorable {
          unscored.append(benchmark.benchmark.title)
          continue
        }
        let runs = try [answersA, answersB].map {
          try ComparedRun($0, benchmark: benchmark.benchmark, profile: benchmark.profile)
        }
        options.profile = benchmark.profile
        compared.append(try BenchmarkComparison(runs[0], runs[1], options: options))
      } catch {
        problems.append(render(error))
        unpaired.append(
          Comparison.Unpaired(benchmark: part.benchmark, path: paths.b, isInA: false))
      }
    }
    let comparison = Comparison(compared, unpaired: unpaired, options: options)
    var (verdict, sentence) = judged(comparison, problems: problems, options: options)
    if !unscored.isEmpty {
      let remark = "no references, nothing to compare: \(unscored.joined(separator: ", "))"
      let isAll = compared.isEmpty && unpaired.isEmpty
      if isAll { verdict = .cannotTell }
      sentence = isAll ? "cannot tell: " + remark : sentence + "; " + remark
    }
    return Compared(
      model: model.name, other: other.name, isGate: gates, comparison: comparison,
      verdict: verdict, sentence: sentence)
  }

  /// Nil where there is no run, none with answers, or nothing to score.
  func opened(_ path: String, _ benchmark: NightBenchmark) throws -> ComparedRun? {
    guard let answers = try answers(path), answers.isScorable else { return nil }
    return try ComparedRun(answers, benchmark: benchmark.benchmark, profile: benchmark.profile)
  }

  private func answers(_ path: String) throws -> RunAnswers? {
    guard FileManager.default.fileExists(atPath: path + "/run.json") else { return nil }
    let answers = try RunAnswers(RunDirectory(opening: path))
    return answers.selected.contains { $0.answer != nil } ? answers : nil
  }

  /// Several models are several chances of a false alarm: they share the level.
  func alpha(_ model: NightModel, against other: NightFolder) -> Double {
    let gate = night.configuration.gate
    let shared = gate.alpha / Double(night.configuration.models.count)
    guard gate.spendsAlpha else { return shared }
    let earlier = night.root.finishedNights().filter {
      NightFolder.precedes($0.name, night.folder.name)
    }
    // Only versions that changed answers since the night before them are looks at the data.
    let looks = earlier.compactMap { try? $0.record() }.count { record in
      record.baseline.contains {
        $0.model == model.name && $0.night == other.name && $0.verdict != "identical"
      } && !record.previous.contains { $0.model == model.name && $0.verdict == "identical" }
    }
    let repeatsLast = earlier.last.map {
      compare(model, with: $0, gates: false, alpha: shared).verdict == .identical
    }
    let number = max(1, (repeatsLast ?? false) ? looks : looks + 1)
    return Multiplicity.spentAlpha(shared, comparison: number)
  }

  private func judged(
    _ comparison: Comparison, problems: [String], options: ComparisonOptions
  ) -> (NightVerdict, String) {
    // Where everything that makes the answers agrees, they must agree, whatever the scores say.
    let expectation = night.configuration.gate.expectation
    let bound = comparison.benchmarks.filter {
      switch expectation {
      case .identical: true
      case .sameModel: $0.isSameModel
      case .scores: false
      }
    }
    if bound.contains(where: { $0.counts.changed > 0 }) {
      var strict = options
      var gate = options.gate ?? GateConfiguration()
      gate.expectsIdentical = true
      gate.family = nil
      strict.gate = gate
      return (.changedAnswers, Comparison(bound, options: strict).sentence)
    }
    let sentence =
      problems.isEmpty
      ? comparison.sentence
      : "incomplete: " + problems.joined(separator: "; ")
    let verdict: NightVerdict =
      switch comparison.verdict {
      case .identical: .identical
      case .changedAnswers: .changedAnswers
      case .regression: .regression
      case .noRegression: .noRegression
      case .cannotTell: .cannotTell
      case .incomplete: .incomplete
      }
    return (verdict, sentence)
  }
}

extension RunAnswers {
  fileprivate var isScorable: Bool { selected.lazy.map(\.sample).areScorable }
}
