public import Statistics

/// Two sides, each one or several runs: what changed, and what that means.
///
///     let comparison = try Comparison([(run1, run2)], options: options)
///     print(comparison.sentence)
///     exit(comparison.exitCode)
public struct Comparison: Sendable {
  public enum Verdict: String, Sendable {
    /// Everything that makes the answers agrees, and so do all answers.
    case identical
    /// The answers were expected to agree, and do not.
    case changedAnswers = "changed_answers"
    case regression
    case noRegression = "no_regression"
    case cannotTell = "cannot_tell"
    /// A part of what decides is missing or cannot be compared.
    case incomplete
  }

  /// A benchmark that only one side has.
  public struct Unpaired: Sendable, Equatable {
    public let benchmark: String
    public let path: String
    /// Which side has it.
    public let isInA: Bool

    public init(benchmark: String, path: String, isInA: Bool) {
      self.benchmark = benchmark
      self.path = path
      self.isInA = isInA
    }
  }

  public let options: ComparisonOptions
  public let benchmarks: [BenchmarkComparison]
  public let unpaired: [Unpaired]
  /// What the gate's arithmetic says about the family, whether or not it decides.
  public let outcome: Gate.Outcome
  /// The mean of the figures' differences in hundredths of their best values; nil for one figure.
  public let suite: SuiteFigure?
  /// The mean of the five fine-grained benchmarks, where both sides have all of them.
  public let fineScore: FineScoreComparison?
  public let verdict: Verdict

  public var counts: AnswerCounts {
    benchmarks.reduce(into: AnswerCounts()) { $0.add($1.counts) }
  }

  public var isPartial: Bool { benchmarks.contains { $0.coverage.isPartial } }

  /// 0 unless a gate decides: 100 regression or changed answers, 101 incomplete, 102 cannot tell
  /// with a strict gate.
  public var exitCode: Int32 {
    guard let gate = options.gate else { return 0 }
    switch verdict {
    case .identical, .noRegression: return 0
    case .regression, .changedAnswers: return 100
    case .incomplete: return 101
    case .cannotTell: return gate.isStrict ? 102 : 0
    }
  }

  /// Compares pairs of runs.
  ///
  /// - Parameter unpaired: what only one side has
  /// - Throws: ``ComparisonError``: runs of different benchmarks, a repeated id, an option that
  ///   cannot be used, a figure in the family that no benchmark has.
  public init(
    _ pairs: [(a: ComparedRun, b: ComparedRun)], unpaired: [Unpaired] = [],
    options: ComparisonOptions
  ) throws(ComparisonError) {
    try options.check()
    var compared: [BenchmarkComparison] = []
    for (a, b) in pairs { compared.append(try BenchmarkComparison(a, b, options: options)) }
    self.init(compared, unpaired: unpaired, options: options)
  }

  /// What several comparisons mean together: a night's.
  public init(
    _ compared: [BenchmarkComparison], unpaired: [Unpaired] = [], options: ComparisonOptions
  ) {
    var compared = compared
    self.options = options
    self.unpaired = unpaired
    let suite = SuiteFigure(compared)
    self.suite = suite
    fineScore = FineScoreComparison(compared)
    let family = GateFamily(compared, unpaired: unpaired, suite: suite, options: options)
    let outcome = Gate.decide(family.figures, alpha: options.alpha)
    self.outcome = outcome
    Self.judge(&compared, family, outcome, options)
    benchmarks = compared
    verdict = Self.verdict(compared, unpaired: unpaired, outcome, options)
  }

  /// Writes what the family decides into its figures, and adjusts the p values of the others.
  private static func judge(
    _ compared: inout [BenchmarkComparison], _ family: GateFamily, _ outcome: Gate.Outcome,
    _ options: ComparisonOptions
  ) {
    var exploratory: [(benchmark: Int, figure: Int, p: Double)] = []
    for benchmark in compared.indices {
      for place in compared[benchmark].figures.indices {
        let figure = compared[benchmark].figures[place]
        let member = family.figures.firstIndex { $0.name == figure.key }
        if let member {
          compared[benchmark].figures[place].decision = outcome.figures[member]
          compared[benchmark].figures[place].margin = family.figures[member].margin
        } else if figure.units.isDefined {
          exploratory.append((benchmark, place, figure.signFlips.twoSidedP))
        }
        compared[benchmark].figures[place].minimumDetectable =
          figure.difference?.standardError.map {
            Power.minimumDetectable(
              standardError: $0, alpha: options.alpha,
              family: member == nil ? 1 : max(1, family.figures.count))
          }
      }
    }
    let adjusted = Multiplicity.benjaminiHochberg(exploratory.map(\.p))
    for (entry, p) in zip(exploratory, adjusted) {
      compared[entry.benchmark].figures[entry.figure].exploratoryP = p
    }
  }

  private static func verdict(
    _ compared: [BenchmarkComparison], unpaired: [Unpaired], _ outcome: Gate.Outcome,
    _ options: ComparisonOptions
  ) -> Verdict {
    let isMissing = outcome.overall == .incomplete
    if options.gate?.expectsIdentical ?? false {
      if compared.contains(where: { $0.counts.changed > 0 }) { return .changedAnswers }
      if !compared.allSatisfy(\.isIdentical) || !unpaired.isEmpty { return .incomplete }
    }
    // No noise, no statistics: the same model gives the same answers.
    let isIdentical =
      !compared.isEmpty && compared.allSatisfy { $0.isSameModel && $0.isIdentical }
    if isIdentical, !isMissing, unpaired.isEmpty { return .identical }
    switch outcome.overall {
    case .regression: return .regression
    case .incomplete, .missing, .incomparable: return .incomplete
    case .cannotTell: return .cannotTell
    case .noRegression: return .noRegression
    }
  }
}
