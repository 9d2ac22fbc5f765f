public import DataFormats
import Hashing
import OrderedCollections

extension StatisticsVectors {
  /// An estimate of one run: `value`, `se`, `df` and the interval.
  public static func json(_ estimate: Estimate?) -> JSONValue {
    guard let estimate else { return .null }
    return .object(members(estimate))
  }

  private static func members(_ estimate: Estimate) -> OrderedDictionary<String, JSONValue> {
    [
      "value": .number(estimate.value), "clusters": .integer(estimate.clusters),
      "units": .integer(estimate.units), "se": optional(estimate.standardError),
      "df": optional(estimate.degreesOfFreedom), "low": optional(estimate.low),
      "high": optional(estimate.high),
    ]
  }

  /// An estimated difference: the same with its p values and the design effect.
  public static func differenceJSON(_ estimate: Estimate?) -> JSONValue {
    guard let estimate else { return .null }
    var members = members(estimate)
    members["p_two"] = optional(estimate.twoSidedP)
    members["p_less"] = optional(estimate.lowerP)
    members["se_unclustered"] = optional(estimate.unclusteredStandardError)
    members["design_effect"] = optional(estimate.designEffect)
    return .object(members)
  }

  /// McNemar's test with its counts.
  public static func json(_ test: McNemar) -> JSONValue {
    [
      "losses": .integer(test.losses), "gains": .integer(test.gains),
      "p_two": .number(test.twoSidedP), "p_mid": .number(test.midP),
      "p_less": .number(test.lowerP),
    ]
  }

  /// Sign flips with their counts.
  public static func json(_ test: SignFlips) -> JSONValue {
    [
      "changed_clusters": .integer(test.changedClusters), "exact": .bool(test.isExact),
      "draws": .integer(test.draws), "t": .number(test.statistic),
      "count_two": .integer(test.countTwoSided), "count_less": .integer(test.countLess),
      "count_greater": .integer(test.countGreater), "p_two": .number(test.twoSidedP),
      "p_less": .number(test.lowerP), "p_greater": .number(test.greaterP),
    ]
  }

  static func json(_ bootstrap: ClusterBootstrap?) -> JSONValue {
    guard let bootstrap else { return .null }
    let bytes = bootstrap.differences.flatMap { difference in
      (0..<8).map { UInt8(truncatingIfNeeded: difference.bitPattern >> (8 * UInt64($0))) }
    }
    return [
      "replicates": .integer(bootstrap.differences.count),
      "first": .array(bootstrap.differences.prefix(4).map { .number($0) }),
      "sha256": .string(SHA256.hexadecimal(of: bytes)), "mean": .number(bootstrap.mean),
      "se": .number(bootstrap.standardError), "low": .number(bootstrap.difference.low),
      "high": .number(bootstrap.difference.high), "a_low": .number(bootstrap.a.low),
      "a_high": .number(bootstrap.a.high), "b_low": .number(bootstrap.b.low),
      "b_high": .number(bootstrap.b.high), "p": .number(bootstrap.p),
      "at_most_zero": .integer(bootstrap.atMostZero),
      "at_least_zero": .integer(bootstrap.atLeastZero),
    ]
  }

  /// Everything about a figure of two runs, as lines of `figures` expect it.
  ///
  /// - Parameters:
  ///   - excluded: units that were left out
  ///   - range: the largest change of one unit
  ///   - weights: the strata's weights where the figure has several, in the order to print
  public static func json(
    _ figure: PairedFigure, excluded: Int, range: Double,
    weights: [StratumWeights.Named]?, seed: UInt64, label: String, replicates: Int, draws: Int
  ) -> JSONValue {
    let changes = figure.changes(range: range)
    var members: OrderedDictionary<String, JSONValue> = [
      "excluded_units": .integer(excluded),
      "weights": weights.map { weights in
        .object(
          OrderedDictionary(
            weights.map { ($0.stratum, .number($0.weight)) }, uniquingKeysWith: { $1 }))
      } ?? .null,
      "a": json(figure.layout.estimate(figure.a)), "b": json(figure.layout.estimate(figure.b)),
      "delta": differenceJSON(figure.difference()),
      "losing_clusters": .integer(changes.losingClusters),
      "gaining_clusters": .integer(changes.gainingClusters),
      "max_step": .number(changes.largestStep), "better": .integer(changes.better),
      "worse": .integer(changes.worse), "same": .integer(changes.same),
      "signflip": json(figure.signFlips(seed: seed, label: label, draws: draws)),
      "bootstrap": json(figure.bootstrap(seed: seed, label: label, replicates: replicates)),
    ]
    if let test = figure.mcNemar { members["mcnemar"] = json(test) }
    return .object(members)
  }

  static func pairedMean(_ line: JSONNode) throws -> JSONValue {
    guard try kind(line) == "paired_mean" else { throw try unknownKind("mean", line) }
    let a = try line["a"].list().map { try $0.value.isNull ? .nan : number($0) }
    let b = try line["b"].list().map { try $0.value.isNull ? .nan : number($0) }
    let clusters = try line["cluster"].strings()
    try checkLengths(line, a.count, b.count, clusters.count)
    let level = try probability(line["level"])
    let compared = a.indices.filter { a[$0].isFinite && b[$0].isFinite }
    let excluded = a.count - compared.count
    let figure = PairedFigure(
      layout: ClusterLayout(
        strata: compared.map { _ in "" }, clusters: compared.map { clusters[$0] }),
      a: compared.map { a[$0] }, b: compared.map { b[$0] })
    var members: OrderedDictionary<String, JSONValue> = [
      "compared": .integer(compared.count), "excluded": .integer(excluded),
      "a": json(figure.layout.estimate(figure.a, level: level)),
      "b": json(figure.layout.estimate(figure.b, level: level)),
      "delta": differenceJSON(figure.difference(level: level)),
    ]
    guard !compared.isEmpty else { return .object(members) }
    let changes = figure.changes(range: 1)
    members["losing_clusters"] = .integer(changes.losingClusters)
    members["gaining_clusters"] = .integer(changes.gainingClusters)
    members["better"] = .integer(changes.better)
    members["worse"] = .integer(changes.worse)
    members["same"] = .integer(changes.same)
    if let test = figure.mcNemar { members["mcnemar"] = json(test) }
    return .object(members)
  }

  static func resample(_ line: JSONNode) throws -> JSONValue {
    guard try kind(line) == "resample" else { throw try unknownKind("resample", line) }
    let a = try numbers(line["a"])
    let b = try numbers(line["b"])
    let strata = try line["stratum"].strings()
    let clusters = try line["cluster"].strings()
    try checkLengths(line, a.count, b.count, clusters.count, strata.count)
    let weights = try line.optional("weights").map { node in
      StratumWeights.named(
        try node.members().map { .init(stratum: $0.key, weight: try $0.node.double()) })
    }
    let figure = PairedFigure(
      layout: ClusterLayout(strata: strata, clusters: clusters, weights: weights ?? .one), a: a,
      b: b, lowerIsBetter: try line["sign"].int() < 0)
    let seed = try unsigned(line["seed"])
    let label = try line["label"].string()
    return [
      "bootstrap": json(
        figure.bootstrap(
          seed: seed, label: label, replicates: try count(line["replicates"], atLeast: 2),
          level: try probability(line["level"]))),
      "signflip": json(
        figure.signFlips(
          seed: seed, label: label, draws: try count(line["draws"], atLeast: 1))),
    ]
  }

  private static func checkLengths(_ line: JSONNode, _ lengths: Int...) throws {
    guard Set(lengths).count == 1 else {
      throw StatisticsError(
        .invalidLine, "the lists have different lengths: \(lengths)", at: line.location)
    }
  }
}
