import Foundation
import Statistics

/// One figure of one model over the nights, by the same questions, rules and version.
public struct HistorySeries: Sendable {
  public struct Point: Sendable, Equatable {
    public var night: String
    /// In points.
    public var value: Double
    public var low: Double?
    public var high: Double?
    public var codeVersion: String
    public var isPartial: Bool
    /// The same model gave the same answers as the night before: nothing new is known, and the
    /// point is not tested.
    public var repeatsLast = false
  }

  /// Where the level changed.
  public struct Change: Sendable, Equatable {
    public var night: String
    public var before: String
    public var codeBefore: String
    public var codeAfter: String
    public var meanBefore: Double
    public var meanAfter: Double
    public var deviationBefore: Double
    public var deviationAfter: Double
    public var p: Double
    /// Fewer than three nights lie behind it.
    public var isProvisional: Bool
  }

  /// Everything that makes the series.
  public let key: String
  public let model: String
  public let benchmark: String
  public let figure: String
  public let profile: String
  public let lowerIsBetter: Bool
  public private(set) var points: [Point] = []
  private var last: (identity: String, answers: String)?

  init(
    key: String, model: String, benchmark: String, figure: String, profile: String,
    lowerIsBetter: Bool
  ) {
    self.key = key
    self.model = model
    self.benchmark = benchmark
    self.figure = figure
    self.profile = profile
    self.lowerIsBetter = lowerIsBetter
  }

  /// `proxyv-7b docvqa/anls`.
  public var name: String { "\(model) \(benchmark)/\(figure)" }

  mutating func append(_ point: Point, identity: String, answers: String) {
    var point = point
    point.repeatsLast = last.map { $0 == (identity, answers) } ?? false
    last = (identity, answers)
    points.append(point)
  }

  /// The points that say something new.
  var tested: [Point] { points.filter { !$0.repeatsLast && !$0.isPartial } }

  /// Where the level changed, for the eye (`.drawing`) or for an alarm.
  public func changes(_ parameters: ChangePoints.Parameters = .drawing) -> [Change] {
    let tested = tested
    let found = ChangePoints(tested.map { $0.value }, parameters: parameters)
    return found.points.map { point in
      let (before, after) = (tested[point.index - 1], tested[point.index])
      return Change(
        night: after.night, before: before.night, codeBefore: before.codeVersion,
        codeAfter: after.codeVersion, meanBefore: point.meanBefore, meanAfter: point.meanAfter,
        deviationBefore: point.deviationBefore, deviationAfter: point.deviationAfter, p: point.p,
        isProvisional: tested.count - point.index < 3)
    }
  }
}

extension HistorySeries.Change {
  /// One line for people.
  var sentence: String {
    let levels = String(
      format: "%.2f ± %.2f → %.2f ± %.2f", meanBefore, deviationBefore, meanAfter, deviationAfter)
    let code =
      codeBefore == codeAfter ? "code \(codeAfter)" : "code \(codeBefore) → \(codeAfter)"
    return "\(night): \(levels), \(code)\(isProvisional ? " (provisional)" : "")"
  }
}

extension History {
  /// Alarms of tonight that were not raised before: one per change of level, within two nights.
  func newAlarms(_ root: NightlyRoot) throws -> [NightlyRoot.Alarm] {
    let raised = try root.alarms()
    return try series().flatMap { series -> [NightlyRoot.Alarm] in
      let nights = series.points.map(\.night)
      return series.changes(.alarm).compactMap { change in
        guard let place = nights.firstIndex(of: change.night) else { return nil }
        let near = nights[max(0, place - 2)...min(nights.count - 1, place + 2)]
        let isKnown = raised.contains { $0.series == series.key && near.contains($0.night) }
        return isKnown
          ? nil
          : NightlyRoot.Alarm(
            series: series.key, night: change.night,
            description: "\(series.name) changed its level at \(change.sentence)")
      }
    }
  }
}
