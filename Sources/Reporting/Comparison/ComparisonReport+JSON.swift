import Comparison
public import DataFormats
import Evaluation
import OrderedCollections
import Statistics

extension ComparisonReport {
  /// Everything, under the names of the vectors: `figures.jsonl` and `gate.jsonl`.
  public var json: JSONValue {
    let options = comparison.options
    return [
      "verdict": .string(comparison.verdict.rawValue), "sentence": .string(comparison.sentence),
      "exit": .integer(Int(comparison.exitCode)),
      "overall": .string(comparison.outcome.overall.rawValue),
      "partial": .bool(comparison.isPartial), "profile": .string(options.profile.rawValue),
      "seed": .string(String(options.seed)), "replicates": .integer(options.replicates),
      "draws": .integer(options.draws), "level": .number(options.level),
      "alpha": .number(options.alpha), "program_version": .string(programVersion),
      "answers": Self.json(comparison.counts),
      "gate": .array(comparison.outcome.figures.map(Self.json)),
      "suite": comparison.suite.map { suite in
        [
          "delta": .number(suite.value), "se": Self.optional(suite.standardError),
          "df": Self.optional(suite.degreesOfFreedom), "p_less": .number(suite.lowerP),
          "figures": .integer(suite.figures),
        ]
      } ?? .null,
      "score_fine": comparison.fineScore.map { fine in
        [
          "a": .number(fine.a), "b": .number(fine.b), "delta": .number(fine.difference),
          "se": Self.optional(fine.standardError), "low": Self.optional(fine.low),
          "high": Self.optional(fine.high), "note": .string(FineScoreComparison.note),
        ]
      } ?? .null,
      "only_in_one": .array(
        comparison.unpaired.map {
          [
            "benchmark": .string($0.benchmark), "path": .string($0.path),
            "side": .string($0.isInA ? "a" : "b"),
          ]
        }),
      "benchmarks": .array(comparison.benchmarks.map(json)),
    ]
  }

  private func json(_ benchmark: BenchmarkComparison) -> JSONValue {
    let coverage = benchmark.coverage
    var classes: OrderedDictionary<String, JSONValue> = [
      "summary": .string(coverage.summary), "total": .integer(coverage.rows.count),
      "compared": .integer(coverage.count(.compared)),
    ]
    for kind in Coverage.Class.allCases where kind != .compared {
      classes[kind.rawValue] = Self.ids(coverage.ids(kind))
    }
    classes["newly_failed"] = Self.ids(coverage.newlyFailed)
    classes["recovered"] = Self.ids(coverage.recovered)
    classes["failed_both"] = Self.ids(coverage.failedBoth)
    classes["rescored_references"] = Self.ids(benchmark.rescoredReferences)
    return [
      "benchmark": .string(benchmark.benchmark.name), "a": .string(benchmark.a.path),
      "b": .string(benchmark.b.path), "same_model": .bool(benchmark.isSameModel),
      "identical": .bool(benchmark.isIdentical), "images_known": .bool(benchmark.knowsImages),
      "paired_by_content": .integer(benchmark.pairedByContent),
      "provenance": .array(
        benchmark.provenance.map {
          [
            "name": .string($0.name), "a": Self.optional($0.a), "b": Self.optional($0.b),
            "identity": .bool($0.isIdentity),
          ]
        }),
      "coverage": .object(classes), "answers": Self.json(benchmark.counts),
      "figures": .array(benchmark.figures.map(Self.json)),
      "changed": .array(
        benchmark.changedQuestions.map { question, change, loss in
          Self.json(question, change, loss)
        }),
    ]
  }

  private static func json(_ figure: FigureComparison) -> JSONValue {
    var members: OrderedDictionary<String, JSONValue> = [
      "name": .string(figure.key), "role": figure.isExploration ? "exploration" : "gate",
      "points": .number(figure.figure.points),
      "lower_is_better": .bool(figure.figure.lowerIsBetter),
      "a": StatisticsVectors.json(figure.a), "b": StatisticsVectors.json(figure.b),
      "delta": StatisticsVectors.differenceJSON(figure.difference),
      "delta_without_failures": optional(figure.differenceWithoutFailures),
      "worst": optional(figure.bounds?.worst), "best": optional(figure.bounds?.best),
      "compared": .integer(figure.units.compared), "total": .integer(figure.units.total),
      "excluded_units": .integer(figure.units.excluded),
      "losing_clusters": .integer(figure.changes.losingClusters),
      "gaining_clusters": .integer(figure.changes.gainingClusters),
      "max_step": .number(figure.changes.largestStep), "better": .integer(figure.changes.better),
      "worse": .integer(figure.changes.worse), "same": .integer(figure.changes.same),
      "signflip": StatisticsVectors.json(figure.signFlips),
      "bootstrap": figure.bootstrap.map {
        [
          "low": .number($0.low), "high": .number($0.high), "se": .number($0.standardError),
          "p": .number($0.p),
        ]
      } ?? .null,
      "mcnemar": figure.mcNemar.map(StatisticsVectors.json) ?? .null,
      "minimum_detectable": optional(figure.minimumDetectable),
      "margin": optional(figure.margin), "p_bh": optional(figure.exploratoryP),
    ]
    if let decision = figure.decision { members["gate"] = json(decision) }
    if let scorer = figure.scorer {
      members["scorer"] = [
        "stored_a": .number(scorer.storedA), "stored_b": .number(scorer.storedB),
        "present_a": .number(scorer.presentA), "present_b": .number(scorer.presentB),
        "total": .number(scorer.total), "answers": .number(scorer.answers),
        "scorer": .number(scorer.scorer), "changed": .bool(scorer.isChanged),
      ]
    }
    return .object(members)
  }

  private static func json(_ decision: Gate.Decision) -> JSONValue {
    [
      "name": .string(decision.name), "verdict": .string(decision.verdict.rawValue),
      "p_holm": .number(decision.holmP), "low": optional(decision.low),
      "note": optional(decision.note?.rawValue),
    ]
  }

  private static func json(_ counts: AnswerCounts) -> JSONValue {
    [
      "equal": .integer(counts.equal), "same_text": .integer(counts.sameText),
      "equal_score": .integer(counts.equalScore), "better": .integer(counts.better),
      "worse": .integer(counts.worse), "newly_failed": .integer(counts.newlyFailed),
      "recovered": .integer(counts.recovered), "changed": .integer(counts.changed),
    ]
  }

  private static func json(
    _ question: ComparedQuestion, _ change: ComparedQuestion.Change, _ loss: Double
  ) -> JSONValue {
    func side(_ side: ComparedQuestion.Side?) -> JSONValue {
      guard let side else { return .null }
      return [
        "answer": optional(side.answer?.text),
        "error": optional(side.answer == nil ? "missing" : side.answer?.failure?.message),
        "score": .number(side.scored.score.value), "rule": .string(side.scored.score.rule),
        "extracted": optional(side.scored.score.extracted),
        "stop_reason": optional(side.answer?.stopReason.rawValue),
      ]
    }
    return [
      "id": .string(question.id), "change": .string(change.rawValue), "loss": .number(loss),
      "first_differing_token": question.firstDifferingToken.map { .integer($0) } ?? .null,
      "image": optional(question.a?.asked.imageIdentity ?? question.image),
      "question": optional(question.a?.asked.question),
      "references": ids(question.a?.scored.sample.references ?? []), "a": side(question.a),
      "b": side(question.b),
    ]
  }

  private static func ids(_ ids: [String]) -> JSONValue { .array(ids.map { .string($0) }) }

  private static func optional(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }

  private static func optional(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
}
