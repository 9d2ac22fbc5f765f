/// Where the level of a series of nights changes: E-divisive with Student's test, as in Apache
/// Otava and Hunter (docs/comparison.md, section 10.1), with the merge step corrected.
///
///     ChangePoints(series, parameters: .alarm).points.last?.index
public struct ChangePoints: Sendable, Equatable {
  public struct Parameters: Sendable, Equatable {
    /// Nights that are looked at together.
    public var window = 50
    /// The largest p of a change point.
    public var maximumP = 0.001
    /// The smallest relative change of the mean that is worth a change point.
    public var minimumMagnitude = 0.0

    public init(window: Int = 50, maximumP: Double = 0.001, minimumMagnitude: Double = 0) {
      self.window = window
      self.maximumP = maximumP
      self.minimumMagnitude = minimumMagnitude
    }

    /// For the points that are drawn.
    public static let drawing = Parameters()
    /// For those that raise an alarm: one false alarm in about ten series of 120 quiet nights.
    public static let alarm = Parameters(maximumP: 0.0001)
  }

  public struct Point: Sendable, Equatable {
    /// The first night of the new level.
    public var index: Int
    public var meanBefore: Double
    public var meanAfter: Double
    public var deviationBefore: Double
    public var deviationAfter: Double
    public var p: Double

    /// The relative change of the mean, the larger of both directions.
    public var magnitude: Double {
      func change(_ value: Double, from base: Double) -> Double {
        base == 0 ? 0 : abs(value / base - 1)
      }
      return max(change(meanAfter, from: meanBefore), change(meanBefore, from: meanAfter))
    }
  }

  /// The candidates of all windows, before the merge.
  public let weak: [Int]
  public let points: [Point]

  /// - Parameter series: one value per night; a missing night takes the value before it, at the
  ///   start the first that there is
  public init(_ series: [Double?], parameters: Parameters = .drawing) {
    self.init(Self.filled(series), parameters: parameters)
  }

  private init(_ series: [Double], parameters: Parameters) {
    weak = Self.split(series, parameters)
    points = Self.merged(weak, series, parameters)
  }

  static func filled(_ series: [Double?]) -> [Double] {
    guard var last = series.lazy.compactMap({ $0 }).first else { return [] }
    return series.map { value in
      last = value ?? last
      return last
    }
  }

  /// Candidates are accepted generously, since the merge judges them again.
  private static func splittingP(_ p: Double) -> Double {
    if p < 0.05 { return 10 * p }
    return p < 0.5 ? 2 * p : p
  }

  private static func split(_ series: [Double], _ parameters: Parameters) -> [Int] {
    var found: Set<Int> = []
    let window = max(2, parameters.window)
    let maximumP = splittingP(parameters.maximumP)
    var start = 0
    while start < series.count {
      let end = min(start + window, series.count)
      let points = divide(series, start..<end, maximumP: maximumP)
      found.formUnion(points)
      start = max(points.max() ?? 0, start + window / 2)
    }
    return found.sorted()
  }

  private static func divide(
    _ series: [Double], _ window: Range<Int>, maximumP: Double
  ) -> [Int] {
    var segments = [window]
    var candidates = [EnergyCandidate.best(in: series, segment: window)]
    var points: [Int] = []
    while true {
      var best: (place: Int, candidate: EnergyCandidate)?
      for (place, candidate) in candidates.enumerated() {
        if let candidate, candidate.exceeds(best?.candidate) { best = (place, candidate) }
      }
      guard let best else { return points }
      let segment = segments[best.place]
      let parts = [
        segment.lowerBound..<best.candidate.index, best.candidate.index..<segment.upperBound,
      ]
      let p = SegmentStatistics.p(
        SegmentStatistics(series[parts[0]]), SegmentStatistics(series[parts[1]]))
      guard p <= maximumP else { return points }
      points.append(best.candidate.index)
      segments.replaceSubrange(best.place...best.place, with: parts)
      candidates.replaceSubrange(
        best.place...best.place, with: parts.map { EnergyCandidate.best(in: series, segment: $0) })
    }
  }

  /// Takes the weakest point away until all that is left is clear. Both neighbours of a point that
  /// goes are judged anew: their stretches have grown.
  private static func merged(
    _ weak: [Int], _ series: [Double], _ parameters: Parameters
  ) -> [Point] {
    var places = weak
    func point(at place: Int) -> Point {
      let start = place > 0 ? places[place - 1] : 0
      let end = place + 1 < places.count ? places[place + 1] : series.count
      let left = SegmentStatistics(series[start..<places[place]])
      let right = SegmentStatistics(series[places[place]..<end])
      return Point(
        index: places[place], meanBefore: left.mean, meanAfter: right.mean,
        deviationBefore: left.standardDeviation, deviationAfter: right.standardDeviation,
        p: SegmentStatistics.p(left, right))
    }
    var points = places.indices.map(point)
    while !points.isEmpty {
      var worst = points.indices.reduce(0) { points[$1].p > points[$0].p ? $1 : $0 }
      if points[worst].p < parameters.maximumP {
        worst = points.indices.reduce(0) {
          points[$1].magnitude < points[$0].magnitude ? $1 : $0
        }
        if points[worst].magnitude > parameters.minimumMagnitude { break }
      }
      points.remove(at: worst)
      places.remove(at: worst)
      if worst > 0 { points[worst - 1] = point(at: worst - 1) }
      if worst < points.count { points[worst] = point(at: worst) }
    }
    return points
  }
}
