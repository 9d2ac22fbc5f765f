import Metrics
public import Statistics

/// A question as a figure sees it.
public struct FigureRow: Sendable {
  public var sample: Sample
  /// The image that was asked about, by content or by name; nil where nothing is known.
  public var image: String?

  public init(sample: Sample, image: String?) {
    self.sample = sample
    self.image = image
  }
}

/// The units of one figure over a set of rows.
struct FigureUnits {
  struct Unit {
    var stratum: String
    var cluster: String
    /// Places in the rows, in the order of the data.
    var rows: [Int]
    var isLed: Bool
  }

  /// In the order in which their first rows come.
  private(set) var units: [Unit] = []

  init(_ figure: Figure, rows: [FigureRow]) {
    // Names are told apart by their bytes: `é` and `e` + U+0301 are two units.
    var places: [[UInt8]: Int] = [:]
    for (index, row) in rows.enumerated() {
      guard let place = figure.place(row.sample) else { continue }
      let cluster = row.image ?? place.unit ?? row.sample.id
      guard let name = place.unit else {
        units.append(
          Unit(stratum: place.stratum, cluster: cluster, rows: [index], isLed: place.leads))
        continue
      }
      let key = Array(place.stratum.utf8) + [0] + Array(name.utf8)
      if let known = places[key] {
        units[known].rows.append(index)
        if place.leads, !units[known].isLed {
          units[known].cluster = cluster
          units[known].isLed = true
        }
      } else {
        places[key] = units.count
        units.append(
          Unit(stratum: place.stratum, cluster: cluster, rows: [index], isLed: place.leads))
      }
    }
  }
}

extension Figure {
  /// The figure of one run with its error, on the evaluator's scale.
  ///
  /// - Parameters:
  ///   - rows: all rows of the run
  ///   - scores: one per row
  ///   - level: the confidence of the interval
  /// - Returns: nil where no unit can be judged
  public func estimate(
    _ rows: [FigureRow], scores: [MetricScore], level: Double = 0.95
  ) -> Estimate? {
    let judged = FigureUnits(self, rows: rows).units.compactMap { unit in
      value(of: unit, rows, scores).map { (unit: unit, value: $0) }
    }
    let layout = ClusterLayout(
      strata: judged.map(\.unit.stratum), clusters: judged.map(\.unit.cluster), weights: weights)
    var estimate = layout.estimate(judged.map(\.value), level: level)
    estimate?.scale = 0...layout.strata.reduce(0) { $0 + $1.weight * unitRange }
    return estimate
  }

  private func value(
    of unit: FigureUnits.Unit, _ rows: [FigureRow], _ scores: [MetricScore]
  ) -> Double? {
    guard unit.isLed else { return nil }
    return value(unit.rows.map { ScoredSample(sample: rows[$0].sample, score: scores[$0]) })
  }

  /// The figure of two runs.
  ///
  /// - Parameters:
  ///   - rows: every question of either run
  ///   - a: one score per row; nil: the row is not compared
  public func paired(
    _ rows: [FigureRow], a: [MetricScore?], b: [MetricScore?]
  ) -> PairedUnits {
    var compared: [(unit: FigureUnits.Unit, a: Double, b: Double)] = []
    var excluded = 0
    var totals: [(stratum: String, compared: Int, total: Int)] = []
    func count(_ stratum: String, compared: Bool) {
      let known = totals.firstIndex { $0.stratum.utf8.elementsEqual(stratum.utf8) }
      let place = known ?? totals.count
      if known == nil { totals.append((stratum, 0, 0)) }
      totals[place].total += 1
      if compared { totals[place].compared += 1 }
    }
    for unit in FigureUnits(self, rows: rows).units {
      // A group without the row that stands for it is in neither evaluator's figure.
      guard unit.isLed else {
        excluded += 1
        continue
      }
      let scoresA = unit.rows.compactMap { a[$0] }
      let scoresB = unit.rows.compactMap { b[$0] }
      guard scoresA.count == unit.rows.count, scoresB.count == unit.rows.count else {
        count(unit.stratum, compared: false)
        continue
      }
      let samples = unit.rows.map { rows[$0].sample }
      guard let valueA = value(zip(samples, scoresA).map { ScoredSample(sample: $0, score: $1) }),
        let valueB = value(zip(samples, scoresB).map { ScoredSample(sample: $0, score: $1) })
      else {
        excluded += 1
        count(unit.stratum, compared: false)
        continue
      }
      count(unit.stratum, compared: true)
      compared.append((unit, valueA, valueB))
    }
    let named = totals.map { stratum in
      StratumWeights.Named(
        stratum: stratum.stratum,
        weight: StratumWeights.weight(weights, stratum.stratum, stratum.total, of: totals.count))
    }
    let layout = ClusterLayout(
      strata: compared.map(\.unit.stratum), clusters: compared.map(\.unit.cluster),
      weights: .named(named))
    return PairedUnits(
      figure: PairedFigure(
        layout: layout, a: compared.map(\.a), b: compared.map(\.b), lowerIsBetter: lowerIsBetter),
      rows: compared.map(\.unit.rows), excluded: excluded,
      strata: zip(totals, named).map {
        PairedUnits.Stratum(
          name: $0.stratum, weight: $1.weight, compared: $0.compared, total: $0.total)
      }, range: unitRange)
  }
}

extension StratumWeights {
  /// The weight of a stratum whose size, compared or not, is known.
  fileprivate static func weight(
    _ rule: StratumWeights, _ stratum: String, _ units: Int, of strata: Int
  ) -> Double {
    switch rule {
    case .one: 1
    case .unitCount: Double(units)
    case .equalShares: 1 / Double(strata)
    case .named(let named): named.first { $0.stratum == stratum }?.weight ?? 0
    }
  }
}
