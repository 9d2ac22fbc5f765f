/// One quantity measured several times: its median and how far the runs lie apart.
///
/// The spread is half the distance between the quartiles, as a share of the median: on a shared
/// machine a single disturbed run moves neither.
public struct MeasuredRuns: Sendable, Equatable {
  /// In the order of the runs.
  public let runs: [Double]

  /// - Precondition: at least one run.
  public init(_ runs: [Double]) {
    precondition(!runs.isEmpty)
    self.runs = runs
  }

  public var median: Double { quantile(0.5) }

  /// Half the interquartile range over the median, 0 for a single run.
  public var spread: Double {
    let median = median
    return median == 0 ? 0 : (quantile(0.75) - quantile(0.25)) / 2 / abs(median)
  }

  /// Linear between the sorted runs.
  public func quantile(_ share: Double) -> Double {
    let sorted = runs.sorted()
    let place = min(max(share, 0), 1) * Double(sorted.count - 1)
    let lower = Int(place)
    let upper = min(lower + 1, sorted.count - 1)
    return sorted[lower] + (sorted[upper] - sorted[lower]) * (place - Double(lower))
  }

  public func map(_ transform: (Double) -> Double) -> MeasuredRuns {
    MeasuredRuns(runs.map(transform))
  }

  /// Run by run, so that a slow moment of the machine, which hits both, cancels out.
  /// - Precondition: both have the same number of runs, taken in alternation.
  public static func / (a: MeasuredRuns, b: MeasuredRuns) -> MeasuredRuns {
    precondition(a.runs.count == b.runs.count)
    return MeasuredRuns(zip(a.runs, b.runs).map { $0 / $1 })
  }
}
