import DataFormats
import Evaluation
import Foundation
import Metrics
import OrderedCollections
import Statistics

// What the numbers of the table are made of.
extension PaperTable {
  /// A run's figure with its interval and what must be said of it.
  static func entry(
    _ run: PaperColumnGroups.Run, _ metric: MetricRow, column: Column
  ) -> Entry {
    let scores = run.scores
    let printed = run.benchmark as? any PrintedInPaper
    let factor = metric.paperFactor / (printed?.paperColumnDivisor ?? 1)
    let ledger = scores.ledger
    var footnotes: [String] = []
    if ledger.isPartial {
      footnotes.append(
        "PARTIAL: \(ledger.answered) of \(ledger.total) questions answered"
          + (ledger.failed > 0 ? ", \(ledger.failed) failed and count as wrong" : ""))
    } else if scores.hasReferences, let published = scores.publishedCount(of: run.benchmark),
      ledger.total != published
    {
      footnotes.append("\(ledger.total) of the published \(published) questions")
    }
    if metric.count == 0 { footnotes.append("no references: nothing to score") }
    let estimate = scores.estimate(of: metric)
    let shown = FigureInterval.shown(estimate, factor: factor)
    return Entry(
      value: metric.value * factor, decimals: column.known.decimals, interval: shown.interval,
      halfWidth: estimate.flatMap { estimate in
        estimate.low.flatMap { low in estimate.high.map { ($0 - low) / 2 * factor } }
      },
      intervalRemarks: shown.remarks, footnotes: footnotes, run: scores, isWhole: !ledger.isPartial,
      source: [
        "run": .string(scores.directory), "benchmark": .string(run.benchmark.name),
        "benchmark_version": .integer(scores.manifest.benchmarkVersion),
        "figure": .string(metric.name), "profile": .string(scores.profile.rawValue),
        "questions_sha256": .string(scores.manifest.questionsHash),
        "n": .integer(metric.count), "code_version": .string(scores.manifest.codeVersion),
        "model": .object(
          OrderedDictionary(
            scores.manifest.model.properties.map { ($0.name, .string($0.value)) },
            uniquingKeysWith: { first, _ in first })),
      ])
  }

  /// Score_fine where a row has all five benchmarks.
  mutating func addFineScores() {
    let names = known.fine
    for place in rows.indices where rows[place].entries["score_fine"] == nil {
      let parts = names.compactMap { rows[place].entries[$0] }
      guard parts.count == names.count, parts.allSatisfy({ $0.value.isFinite }) else { continue }
      // The order of the arguments must not choose between two runs.
      if parts.contains(where: \.isDisputed) { continue }
      let count = Double(parts.count)
      var entry = Entry(
        value: parts.reduce(0) { $0 + $1.value } / count, decimals: 2,
        source: ["mean_of": .array(names.map { .string($0) })])
      let halves = parts.compactMap(\.halfWidth)
      if halves.count == parts.count {
        // The benchmarks have no question in common: their errors are independent.
        let half = halves.reduce(0) { $0 + $1 * $1 }.squareRoot() / count
        let (low, high) = (entry.value - half, entry.value + half)
        if half > 0, low >= 0 || high <= 100 {
          entry.interval = .init(
            low: max(0, low), high: min(100, high), isCut: low < 0 || high > 100)
        } else {
          entry.intervalRemarks = ["no 95 % interval: too few images"]
        }
      }
      entry.isWhole = parts.allSatisfy(\.isWhole)
      let notes = Set(parts.flatMap(\.footnotes))
      if !entry.isWhole {
        entry.footnotes = ["mean of five scores of which some are PARTIAL"]
      } else if !notes.isEmpty {
        entry.footnotes = ["mean of five scores, not all over the published questions"]
      }
      set(entry, row: place, column: "score_fine")
    }
  }

  /// Score_fine relative to the measured row without a method: the only one there is, or that of
  /// the same checkpoint.
  mutating func addRelativeScores() {
    let baselines = rows.indices.filter {
      !rows[$0].isPublished && rows[$0].method.prefix { $0 != "," } == "baseline"
        && rows[$0].entries["score_fine"] != nil
    }
    for place in rows.indices where !rows[place].isPublished {
      let own = baselines.filter { rows[$0].model == rows[place].model }
      guard let base = baselines.count == 1 ? baselines.first : own.count == 1 ? own[0] : nil,
        let baseline = rows[base].entries["score_fine"], baseline.value > 0,
        let entry = rows[place].entries["score_fine"]
      else { continue }
      set(
        Entry(
          value: 100 * entry.value / baseline.value, decimals: 1, footnotes: [],
          source: ["relative_to": .string(rows[base].label)]),
        row: place, column: "score_fine_relative")
    }
  }

  /// Tokens and seconds as the run itself logged them.
  mutating func addMeasured(_ run: PaperColumnGroups.Run, to place: Int) {
    let answers = run.scores.samples.compactMap(\.answer).filter { $0.failure == nil }
    measured[place, default: []] += answers
    let all = measured[place] ?? []
    let seen = all.filter { $0.counts.visionTokens > 0 }
    guard !seen.isEmpty else { return }
    let source: JSONValue = ["runs_of_row": true, "answers": .integer(all.count)]
    set(
      Entry(
        value: Double(seen.reduce(0) { $0 + $1.counts.visionTokens }) / Double(seen.count),
        decimals: 0, source: source), row: place, column: "vision_tokens")
    let layers = seen.compactMap { $0.counts.imageTokensByLayer.isEmpty ? nil : $0.counts }
    if let first = layers.first?.imageTokensByLayer,
      layers.allSatisfy({ $0.imageTokensByLayer.count == first.count })
    {
      let means = first.indices.map { layer in
        Int(
          (Double(layers.reduce(0) { $0 + $1.imageTokensByLayer[layer] }) / Double(layers.count))
            .rounded())
      }
      set(
        Entry(value: .nan, decimals: 0, source: ["text": .string(Self.runLengths(means))]),
        row: place, column: "vision_tokens_by_layer")
    }
    let seconds = all.reduce(0.0) {
      $0 + $1.seconds.decode + $1.seconds.encode + $1.seconds.prefill + $1.seconds.generate
    }
    set(
      Entry(value: 1000 * seconds / Double(all.count), decimals: 1, source: source), row: place,
      column: "answer_ms")
    let prefixes = all.reduce(0) { $0 + $1.counts.prefixesComputed }
    if prefixes > 0 {
      let prefill = all.reduce(0.0) { $0 + $1.seconds.prefill }
      set(
        Entry(
          value: 1000 * prefill / Double(prefixes), decimals: 1,
          footnotes: ["of the run itself, per image"], source: source),
        row: place, column: "prefill_ms")
    }
  }

  /// `2880 ×12, 180 ×20`
  static func runLengths(_ counts: [Int]) -> String {
    var runs: [(value: Int, count: Int)] = []
    for value in counts {
      if runs.last?.value == value {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((value, 1))
      }
    }
    return runs.map { "\($0.value) ×\($0.count)" }.joined(separator: ", ")
  }
}
