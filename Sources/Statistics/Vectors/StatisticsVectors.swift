public import DataFormats
import Diagnostics

/// The line language of the statistics' test vectors: inputs as JSON in, results as JSON out, so
/// that any two implementations can be compared line by line (docs/comparison.md, section
/// 14).
///
/// Non-finite numbers are the strings `NaN`, `Infinity` and `-Infinity`, 64-bit integers are
/// strings, null is undefined.
public enum StatisticsVectors {
  /// The files whose lines need no knowledge of runs or benchmarks.
  public static let names = [
    "prng", "distributions", "mean", "mcnemar", "multiplicity", "resample", "gate",
    "change_points", "edivisive_permutation", "power",
  ]

  /// The result of one line, in the shape of its `expected`.
  /// - Throws: ``StatisticsError`` for an unknown file or kind; `DataFormatError` for a line that
  ///   lacks an input.
  public static func result(name: String, line: JSONNode) throws -> JSONValue {
    switch name {
    case "prng": return try generator(line)
    case "distributions": return try distribution(line)
    case "mean": return try pairedMean(line)
    case "mcnemar": return try counts(line)
    case "multiplicity": return try multiplicity(line)
    case "resample": return try resample(line)
    case "gate": return try gate(line)
    case "change_points": return try changePoints(line)
    case "edivisive_permutation": return try permutation(line)
    case "power": return try power(line)
    default: throw StatisticsError.unknownName(name, among: names)
    }
  }

  // MARK: Inputs

  static func kind(_ line: JSONNode) throws -> String { try line["kind"].string() }

  static func unknownKind(_ name: String, _ line: JSONNode) throws -> StatisticsError {
    StatisticsError(
      .invalidLine, "\(name) has no lines of kind \"\(try kind(line))\"", at: line.location)
  }

  /// A 64-bit integer, which JSON numbers do not hold: a string of digits, or a plain number.
  public static func unsigned(_ node: JSONNode) throws -> UInt64 {
    if case .integer(let value) = node.value, value >= 0 { return UInt64(value) }
    guard let value = UInt64(try node.string()) else {
      throw node.mismatch("an unsigned integer of 64 bits")
    }
    return value
  }

  /// A number, or the word for one that JSON cannot hold.
  public static func number(_ node: JSONNode) throws -> Double {
    switch node.value {
    case .string("NaN"): .nan
    case .string("Infinity"): .infinity
    case .string("-Infinity"): -.infinity
    default: try node.double()
    }
  }

  static func numbers(_ node: JSONNode) throws -> [Double] { try node.list().map(number) }

  /// A count that must not be negative: a loop as long as it says follows.
  static func count(_ node: JSONNode, atLeast minimum: Int = 0) throws -> Int {
    let value = try node.int()
    guard value >= minimum else { throw node.mismatch("an integer of at least \(minimum)") }
    return value
  }

  static func probability(_ node: JSONNode) throws -> Double {
    let value = try node.double()
    guard value > 0, value < 1 else { throw node.mismatch("a number between 0 and 1") }
    return value
  }

  static func positive(_ node: JSONNode) throws -> Double {
    let value = try node.double()
    guard value > 0 else { throw node.mismatch("a number above 0") }
    return value
  }

  // MARK: Results

  static func optional(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
}
