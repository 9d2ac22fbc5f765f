/// How the weights of a figure's strata come about.
public enum StratumWeights: Sendable, Equatable {
  /// Every stratum counts once: the figure is a sum of means, and a mean where there is one.
  case one
  /// Every stratum counts with the number of its units: the figure is a sum over units.
  case unitCount
  /// The strata share a weight of 1: the figure is a mean of means.
  case equalShares
  /// Weights by the strata's names.
  case named([Named])

  public struct Named: Sendable, Equatable {
    public var stratum: String
    public var weight: Double

    public init(stratum: String, weight: Double) {
      self.stratum = stratum
      self.weight = weight
    }
  }
}

/// The order in which a figure's units are summed: by stratum, then by cluster, each by the bytes
/// of its name; units of one cluster as they come.
///
/// With this order no result depends on shards, threads or the order of files (docs/comparison.md,
/// section 2). Names are never normalised: `é` and `e` + U+0301 are two images.
///
///     let layout = ClusterLayout(strata: ["", "", ""], clusters: ["p1", "p2", "p1"])
///     layout.estimate([1, 0, 1])?.standardError
public struct ClusterLayout: Sendable {
  /// A part whose size is fixed by the figure's definition.
  public struct Stratum: Sendable {
    public let name: String
    public let weight: Double
    /// Each cluster's places in ``ClusterLayout/order``.
    public let clusters: [Range<Int>]

    public var unitCount: Int {
      (clusters.last?.upperBound ?? 0) - (clusters.first?.lowerBound ?? 0)
    }
  }

  /// The units' places in the data, in the order of summing.
  public let order: [Int]
  /// At least one unit each.
  public let strata: [Stratum]

  public var unitCount: Int { order.count }
  public var clusterCount: Int { strata.reduce(0) { $0 + $1.clusters.count } }

  /// - Parameters:
  ///   - strata: the name of each unit's stratum, in the order of the data
  ///   - clusters: the name of each unit's cluster; as many
  ///   - weights: a stratum that is not among named weights counts 0
  public init(strata: [String], clusters: [String], weights: StratumWeights = .one) {
    precondition(strata.count == clusters.count, "every unit has a stratum and a cluster")
    let stratumKeys = strata.map { Array($0.utf8) }
    let clusterKeys = clusters.map { Array($0.utf8) }
    order = strata.indices.sorted { a, b in
      switch Self.compare(stratumKeys[a], stratumKeys[b]) {
      case 0:
        let clusters = Self.compare(clusterKeys[a], clusterKeys[b])
        return clusters == 0 ? a < b : clusters < 0
      case let sign: return sign < 0
      }
    }
    var parts: [(name: String, clusters: [Range<Int>])] = []
    for (place, unit) in order.enumerated() {
      let before = place > 0 ? order[place - 1] : nil
      let isNewStratum = before.map { stratumKeys[$0] != stratumKeys[unit] } ?? true
      let isNewCluster = before.map { clusterKeys[$0] != clusterKeys[unit] } ?? true
      if isNewStratum { parts.append((strata[unit], [])) }
      if isNewStratum || isNewCluster {
        parts[parts.count - 1].clusters.append(place..<place + 1)
      } else {
        let last = parts[parts.count - 1].clusters.count - 1
        let start = parts[parts.count - 1].clusters[last].lowerBound
        parts[parts.count - 1].clusters[last] = start..<place + 1
      }
    }
    let count = parts.count
    self.strata = parts.map { part in
      let units = part.clusters.reduce(0) { $0 + $1.count }
      return Stratum(
        name: part.name,
        weight: Self.weight(of: part.name, units: units, strata: count, rule: weights),
        clusters: part.clusters)
    }
  }

  private static func weight(
    of name: String, units: Int, strata: Int, rule: StratumWeights
  ) -> Double {
    switch rule {
    case .one: 1
    case .unitCount: Double(units)
    case .equalShares: 1 / Double(strata)
    case .named(let named): named.first { $0.stratum.utf8.elementsEqual(name.utf8) }?.weight ?? 0
    }
  }

  /// Negative, 0 or positive as `a` stands before `b`, at it or after it.
  private static func compare(_ a: [UInt8], _ b: [UInt8]) -> Int {
    let common = min(a.count, b.count)
    for place in 0..<common where a[place] != b[place] { return Int(a[place]) - Int(b[place]) }
    return a.count - b.count
  }

  /// The sum of a cluster's values, in order.
  func sum(_ cluster: Range<Int>, of values: [Double]) -> Double {
    var sum = 0.0
    for place in cluster { sum += values[order[place]] }
    return sum
  }
}
