/// E-divisive with its authors' permutation test (docs/comparison.md, section 10.2): slow,
/// for checking ``ChangePoints``.
public struct PermutationChangePoints: Sendable, Equatable {
  /// A candidate with its test.
  public struct Trial: Sendable, Equatable {
    public var index: Int
    public var divergence: Double
    /// Shuffles whose best candidate is at least as far.
    public var extreme: Int
    public var p: Double
  }

  /// Every candidate in the order of testing; all but the last were accepted.
  public let trials: [Trial]
  /// The accepted ones, ascending.
  public let points: [Int]

  /// - Parameter minimumSize: nights that both sides of a change point keep
  public init(
    _ series: [Double], alpha: Double = 0.05, minimumSize: Int = 2, draws: Int = 199,
    seed: UInt64 = 1, label: String
  ) {
    var random = Xoshiro256(seed: seed, label: label)
    var segments = [series.indices]
    var trials: [Trial] = []
    var points: [Int] = []
    func best(_ values: [Double]) -> (place: Int, candidate: EnergyCandidate)? {
      var best: (place: Int, candidate: EnergyCandidate)?
      for (place, segment) in segments.enumerated() {
        if let candidate = EnergyCandidate.best(
          in: values, segment: segment, minimumSize: minimumSize),
          candidate.exceeds(best?.candidate)
        {
          best = (place, candidate)
        }
      }
      return best
    }
    while let (place, candidate) = best(series) {
      let threshold =
        candidate.divergence - EnergyCandidate.tieShare * abs(candidate.divergence)
      var extreme = 0
      for _ in 0..<draws {
        var shuffled = series
        for segment in segments { random.shuffle(&shuffled, in: segment) }
        if let other = best(shuffled), other.candidate.divergence >= threshold { extreme += 1 }
      }
      let p = Double(1 + extreme) / Double(draws + 1)
      trials.append(
        Trial(
          index: candidate.index, divergence: candidate.divergence, extreme: extreme, p: p))
      guard p <= alpha else { break }
      points.append(candidate.index)
      let segment = segments[place]
      segments.replaceSubrange(
        place...place,
        with: [segment.lowerBound..<candidate.index, candidate.index..<segment.upperBound])
    }
    self.trials = trials
    self.points = points.sorted()
  }
}
