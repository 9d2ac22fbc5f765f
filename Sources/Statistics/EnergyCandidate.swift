/// The place of a series where the distance between its two sides is largest: the candidate of
/// E-divisive (Matteson and James 2014).
struct EnergyCandidate: Equatable {
  /// The first night of the right side.
  var index: Int
  /// The divergence, `Q` of the docs/comparison.md, section 10.1.
  var divergence: Double

  /// Differences up to this share are ties; the earlier place then stands.
  static let tieShare = 1e-12

  func exceeds(_ other: EnergyCandidate?) -> Bool {
    guard let other else { return true }
    return divergence > other.divergence + Self.tieShare * abs(other.divergence)
  }

  /// The candidate of `series[segment]`, or nil where no split leaves both sides `minimumSize`.
  ///
  /// The right side may end before the segment does, so that a short excursion is found too. The
  /// work is that of the segment's length squared.
  static func best(
    in series: [Double], segment: Range<Int>, minimumSize: Int = 1
  ) -> EnergyCandidate? {
    let count = segment.count
    guard count >= 2 * minimumSize else { return nil }
    let values = Array(series[segment])
    // sums[k][t]: the distances of night k from the first t nights.
    let sums = values.map { value in
      values.reduce(into: [0.0]) { $0.append($0[$0.count - 1] + abs(value - $1)) }
    }
    var best: EnergyCandidate?
    var withinLeft = 0.0
    for split in 1..<count {
      withinLeft += sums[split - 1][split - 1]
      if split < minimumSize { continue }
      var between = 0.0
      var withinRight = 0.0
      for end in split + 1..<count + 1 {
        between += sums[end - 1][split]
        withinRight += sums[end - 1][end - 1] - sums[end - 1][split]
        if end - split < minimumSize { continue }
        let (n, m) = (Double(split), Double(end - split))
        var divergence = 2 / (m + n) * between
        if split > 1 { divergence -= 2 * m / ((m + n) * (n - 1)) * withinLeft }
        if end - split > 1 { divergence -= 2 * n / ((m + n) * (m - 1)) * withinRight }
        let candidate = EnergyCandidate(
          index: segment.lowerBound + split, divergence: divergence)
        if candidate.exceeds(best) { best = candidate }
      }
    }
    return best
  }
}
