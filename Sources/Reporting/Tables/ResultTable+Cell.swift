import Foundation

extension ResultTable {
  /// A cell: a value with what must be said about it.
  public struct Cell: Sendable, Equatable {
    public enum Value: Sendable, Equatable {
      case text(String)
      case integer(Int)
      /// A plain number, shown with so many decimals; a negative count asks for a power of ten,
      /// `3.1e-07`.
      case number(Double, decimals: Int)
      /// A median with its spread.
      case measured(MeasuredRuns, decimals: Int)
      /// A share, shown in percent.
      case share(MeasuredRuns)
      /// From one number to another: an interval in a column of its own. Of differences, the ends
      /// are shown with their signs.
      case range(low: Double, high: Double, decimals: Int, isSigned: Bool)
      /// What the source of the table left open: a dash for people, nothing for programs.
      case dash
      case empty
    }

    /// Where the true value may lie, on the scale of the cell's value.
    public struct Interval: Sendable, Equatable {
      public var low: Double
      public var high: Double
      /// How often such intervals hold the true value: 0.95.
      public var level: Double
      /// Whether an end is that of the scale: the value is not in the middle, and both ends are
      /// shown.
      public var isCut: Bool

      public init(low: Double, high: Double, level: Double = 0.95, isCut: Bool = false) {
        self.low = low
        self.high = high
        self.level = level
        self.isCut = isCut
      }
    }

    /// What a reader's eye is to be drawn to.
    public enum Emphasis: String, Sendable {
      case none
      /// The best of its column: bold.
      case best
      /// Not shown to be worse than the best: one group with it. Underlined, or italic where text
      /// cannot be underlined.
      case tied
      /// The best, and the group has others.
      case bestOfGroup
    }

    public var value: Value
    public var interval: Interval?
    public var emphasis = Emphasis.none
    /// Sentences that stand below the table; the cell bears their marks.
    public var footnotes: [String] = []

    public init(
      _ value: Value, interval: Interval? = nil, emphasis: Emphasis = .none,
      footnotes: [String] = []
    ) {
      self.value = value
      self.interval = interval
      self.emphasis = emphasis
      self.footnotes = footnotes
    }

    public static let empty = Cell(.empty)
    public static func text(_ text: String) -> Cell { Cell(.text(text)) }
    public static func integer(_ value: Int) -> Cell { Cell(.integer(value)) }
    public static func number(_ value: Double, decimals: Int) -> Cell {
      Cell(.number(value, decimals: decimals))
    }
    public static func measured(_ runs: MeasuredRuns, decimals: Int) -> Cell {
      Cell(.measured(runs, decimals: decimals))
    }
    public static let dash = Cell(.dash)
    public static func range(
      _ low: Double, _ high: Double, decimals: Int, isSigned: Bool = false
    ) -> Cell {
      Cell(.range(low: low, high: high, decimals: decimals, isSigned: isSigned))
    }
    public static func share(_ runs: MeasuredRuns) -> Cell { Cell(.share(runs)) }
  }
}

extension ResultTable.Cell.Value {
  var isText: Bool { if case .text = self { true } else { false } }
  var isEmpty: Bool { self == .empty || self == .text("") || self == .dash }
  var range: (low: Double, high: Double)? {
    if case .range(let low, let high, _, _) = self { (low, high) } else { nil }
  }
}

extension ResultTable.Cell {
  var runs: MeasuredRuns? {
    switch value {
    case .measured(let value, _), .share(let value): value
    default: nil
    }
  }

  /// The value as one number, where it is one.
  public var number: Double? {
    switch value {
    case .integer(let value): Double(value)
    case .number(let value, _): value
    case .measured(let runs, _): runs.median
    case .share(let runs): 100 * runs.median
    case .text, .range, .dash, .empty: nil
    }
  }

  /// For people, without emphasis and marks: `68.03 ±1.20`, `97.50 (94.10–100.00)` where the
  /// interval is cut, `431.2 ±1.4 %`.
  public var shown: String {
    func spread(_ value: MeasuredRuns) -> String {
      value.runs.count > 1 ? String(format: " ±%.1f %%", 100 * value.spread) : ""
    }
    switch value {
    case .text(let text): return text
    case .integer(let value): return String(value)
    case .number(let value, let decimals):
      return Self.decimal(value, decimals) + halfWidth(decimals)
    case .measured(let value, let decimals):
      return Self.decimal(value.median, decimals) + spread(value)
    case .share(let value): return Self.decimal(100 * value.median, 1) + " %"
    case .range(let low, let high, let decimals, let isSigned):
      return [low, high].map { (isSigned && $0 > 0 ? "+" : "") + Self.decimal($0, decimals) }
        .joined(separator: " to ")
    case .dash: return "-"
    case .empty: return ""
    }
  }

  private func halfWidth(_ decimals: Int) -> String {
    guard let interval, interval.low.isFinite, interval.high.isFinite else { return "" }
    if interval.isCut {
      return " (\(Self.decimal(interval.low, decimals))–\(Self.decimal(interval.high, decimals)))"
    }
    return " ±" + Self.decimal((interval.high - interval.low) / 2, decimals)
  }

  private static func decimal(_ value: Double, _ decimals: Int) -> String {
    if !value.isFinite { return "n/a" }
    return decimals < 0 ? String(format: "%.1e", value) : String(format: "%.\(decimals)f", value)
  }
}
