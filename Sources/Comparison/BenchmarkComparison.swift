public import Evaluation
public import Metrics

/// Two runs of one benchmark, question by question and figure by figure.
///
///     let comparison = try BenchmarkComparison(a, b, options: ComparisonOptions())
///     comparison.coverage.summary  // "5349 of 5349 compared"
public struct BenchmarkComparison: Sendable {
  public let benchmark: any Benchmark
  public let a: ComparedRun
  public let b: ComparedRun
  public let profile: Profile
  public let provenance: [ProvenanceDifference]
  public let coverage: Coverage
  /// Every question of either run, in the order of A's data, then those of B alone.
  public let questions: [ComparedQuestion]
  public let counts: AnswerCounts
  /// The figures that can decide, then those of exploration.
  public internal(set) var figures: [FigureComparison]
  /// Whether images are told apart by more than the questions on them.
  public let knowsImages: Bool
  /// Questions that were paired by what they ask.
  public let pairedByContent: Int
  /// Questions whose references of A were replaced by those of B.
  public let rescoredReferences: [String]

  /// Whether everything that makes the answers agrees, so that the answers must.
  public var isSameModel: Bool {
    !provenance.contains(where: \.isIdentity) && coverage.count(.changedQuestion) == 0
  }

  /// Whether every question is on both sides with the same answer.
  public var isIdentical: Bool {
    counts.changed == 0 && coverage.count(.onlyA) == 0 && coverage.count(.onlyB) == 0
      && coverage.count(.changedQuestion) == 0
  }

  public var lowerIsBetter: Bool { benchmark.scoreWithoutAnswer > 0 }

  /// - Throws: ``ComparisonError`` `different-benchmarks`, or `repeated-id`.
  public init(
    _ a: ComparedRun, _ b: ComparedRun, options: ComparisonOptions
  ) throws(ComparisonError) {
    guard a.benchmark.name == b.benchmark.name else {
      throw ComparisonError(
        .differentBenchmarks,
        "A is a run of \(a.benchmark.title) (\(a.path)) and B one of \(b.benchmark.title)"
          + " (\(b.path)); name two runs of one benchmark, or two folders of runs")
    }
    let pairing = QuestionPairing(a, b)
    var a = a
    var replaced: [String] = []
    if options.usesReferencesOfB {
      (a, replaced) = Self.withReferences(of: b, a, pairing)
    }
    benchmark = b.benchmark
    self.a = a
    self.b = b
    profile = options.profile
    provenance = ProvenanceDifference.all(a.answers.manifest, b.answers.manifest)
    pairedByContent = pairing.pairedByContent
    rescoredReferences = replaced
    let coverage = try Coverage(
      Self.entries(a, comparedWith: b), Self.entries(b, comparedWith: a), pairing: pairing.idsOfB)
    self.coverage = coverage
    let images = Self.images(a, b, coverage)
    knowsImages = images.areKnown || !benchmark.sharesImages
    let order = coverage.rows.indices.sorted {
      let (x, y) = (coverage.rows[$0], coverage.rows[$1])
      return (x.a ?? Int.max, x.b ?? Int.max) < (y.a ?? Int.max, y.b ?? Int.max)
    }
    let questions = order.map { place in
      let row = coverage.rows[place]
      return ComparedQuestion(
        id: row.id, kind: row.kind, a: row.a.map { Self.side(a, $0) },
        b: row.b.map { Self.side(b, $0) }, image: images.names[place])
    }
    self.questions = questions
    let lowerIsBetter = b.benchmark.scoreWithoutAnswer > 0
    var counts = AnswerCounts()
    for question in questions where question.kind != .changedQuestion {
      if let change = question.change(lowerIsBetter: lowerIsBetter) { counts.add(change) }
    }
    self.counts = counts
    let rows = questions.compactMap { question in
      question.sample.map { FigureRow(sample: $0, image: question.image) }
    }
    let described = b.benchmark.figures(of: rows.map(\.sample))
    figures = described.map { figure in
      FigureComparison(
        figure, of: b.benchmark, questions, rows: rows,
        scorer: Self.scorerSplit(figure, a, b), options: options)
    }
  }

  private static func side(_ run: ComparedRun, _ place: Int) -> ComparedQuestion.Side {
    let sample = run.scores.samples[place]
    return ComparedQuestion.Side(
      asked: run.answers.asked[place], scored: sample.scored, answer: sample.answer)
  }

  private static func entries(
    _ run: ComparedRun, comparedWith other: ComparedRun
  ) -> [Coverage.Entry] {
    zip(QuestionContent.all(of: run, comparedWith: other), run.scores.samples).map {
      content, sample in
      let status: Coverage.Entry.Status =
        sample.answer.map { $0.failure == nil ? .answered : .failed } ?? .missing
      return Coverage.Entry(
        id: sample.scored.sample.id, question: content.question,
        references: sample.scored.sample.references, status: status,
        score: sample.scored.score.value)
    }
  }

  /// A's answers held against B's samples.
  private static func withReferences(
    of b: ComparedRun, _ a: ComparedRun, _ pairing: QuestionPairing
  ) -> (ComparedRun, replaced: [String]) {
    let newer = Dictionary(
      zip(pairing.idsOfB.map { Array($0.utf8) }, b.answers.selected.map(\.sample)),
      uniquingKeysWith: { first, _ in first })
    var replaced: [String] = []
    let rescored = ComparedRun(a) { sample in
      guard let other = newer[Array(sample.id.utf8)],
        !other.references.elementsEqual(
          sample.references, by: { $0.utf8.elementsEqual($1.utf8) })
      else { return sample }
      replaced.append(sample.id)
      var sample = sample
      sample.references = other.references
      sample.metadata = other.metadata
      return sample
    }
    return (rescored, replaced)
  }

  /// The image of each row of the coverage: by content from A, else from B, else by name.
  private static func images(
    _ a: ComparedRun, _ b: ComparedRun, _ coverage: Coverage
  ) -> (names: [String?], areKnown: Bool) {
    let sources = [
      (a.imageHashes, true), (b.imageHashes, false), (a.imageNames, true), (b.imageNames, false),
    ]
    let source = sources.first { $0.0.contains { $0 != nil } }
    let names = coverage.rows.map { row -> String? in
      guard let (images, isA) = source else { return nil }
      return (isA ? row.a : row.b).flatMap { images[$0] }
    }
    // Where every question has an image of its own, nothing is known of images that they share.
    let distinct = Set(names.compactMap { $0.map { Array($0.utf8) } })
    return (names, distinct.count < names.count { $0 != nil })
  }

  private static func scorerSplit(
    _ figure: Figure, _ a: ComparedRun, _ b: ComparedRun
  ) -> FigureComparison.ScorerSplit? {
    func present(_ run: ComparedRun) -> Double? {
      run.scores.metrics.first { $0.name == figure.name }?.value
    }
    guard let storedA = a.storedFigures[figure.name], let storedB = b.storedFigures[figure.name],
      let presentA = present(a), let presentB = present(b)
    else { return nil }
    return FigureComparison.ScorerSplit(
      storedA: storedA * figure.points, storedB: storedB * figure.points,
      presentA: presentA * figure.points, presentB: presentB * figure.points,
      sign: figure.lowerIsBetter ? -1 : 1)
  }

  /// The answers that changed, worst first, then by id.
  public var changedQuestions:
    [(question: ComparedQuestion, change: ComparedQuestion.Change, loss: Double)]
  {
    let sign = lowerIsBetter ? -1.0 : 1.0
    let changed = questions.compactMap {
      question -> (ComparedQuestion, ComparedQuestion.Change, Double)? in
      guard let change = question.change(lowerIsBetter: lowerIsBetter), change != .equal,
        question.kind != .changedQuestion, let a = question.a, let b = question.b
      else { return nil }
      return (question, change, sign * (a.scored.score.value - b.scored.score.value))
    }
    return changed.sorted {
      $0.2 != $1.2 ? $0.2 > $1.2 : $0.0.id.utf8.lexicographicallyPrecedes($1.0.id.utf8)
    }
  }
}
