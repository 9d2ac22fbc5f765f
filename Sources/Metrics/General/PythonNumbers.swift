import Foundation
import PythonText

/// The numbers that MMMU's evaluator finds in a text, by its three patterns.
///
///     -?\b\d{1,3}(?:,\d{3})+\b
///     -?\d+(?:\.\d+)?[eE][+-]?\d+
///     -?(?:\d+\.\d+|\.\d+|\d+\b)(?![eE][+-]?\d+)(?![,\d])
enum PythonNumbers {
  /// All matches of the first pattern, then of the second, then of the third.
  static func found(in text: PythonString) -> [PythonString] {
    [withCommas, scientific, simple].flatMap { match in all(match, in: text) }
  }

  /// `round(value, 2)`: correctly rounded from the exact binary value, ties to even.
  static func rounded(_ value: Double, places: Int = 2) -> Double {
    guard value.isFinite else { return value }
    return Double(String(format: "%.\(places)f", value)) ?? value
  }

  /// `f"{value:.2f}"`.
  static func twoDecimals(_ value: Double) -> String { String(format: "%.2f", value) }

  /// Where a match that begins at an index ends.
  private typealias Match = (_ text: PythonString, _ start: Int) -> Int?

  private static func all(_ match: Match, in text: PythonString) -> [PythonString] {
    var found: [PythonString] = []
    var start = 0
    while start < text.count {
      if let end = match(text, start), end > start {
        found.append(PythonString(text.scalars[start..<end]))
        start = end
      } else {
        start += 1
      }
    }
    return found
  }

  private static func withCommas(_ text: PythonString, _ start: Int) -> Int? {
    let first = afterSign(text, start)
    let digits = digitCount(text, first)
    guard text.isWordBoundary(at: first), (1...3).contains(digits) else { return nil }
    var ends: [Int] = []
    var place = first + digits
    while place < text.count, text.scalars[place] == ",", digitCount(text, place + 1) >= 3 {
      place += 4
      ends.append(place)
    }
    return ends.last { text.isWordBoundary(at: $0) }
  }

  private static func scientific(_ text: PythonString, _ start: Int) -> Int? {
    let first = afterSign(text, start)
    let digits = digitCount(text, first)
    guard digits > 0 else { return nil }
    let whole = first + digits
    return exponentEnd(text, afterFraction(text, whole) ?? whole)
  }

  private static func simple(_ text: PythonString, _ start: Int) -> Int? {
    let first = afterSign(text, start)
    let digits = digitCount(text, first)
    let whole = first + digits
    // A fraction, with or without digits before it; else digits that end a word.
    if let end = afterFraction(text, whole), isFree(text, end) { return end }
    return digits > 0 && text.isWordBoundary(at: whole) && isFree(text, whole) ? whole : nil
  }

  /// Whether neither an exponent nor a comma nor a digit follows.
  private static func isFree(_ text: PythonString, _ end: Int) -> Bool {
    guard end < text.count else { return true }
    return exponentEnd(text, end) == nil && text.scalars[end] != ","
      && PythonString.digitValue(text.scalars[end]) == nil
  }

  private static func afterSign(_ text: PythonString, _ start: Int) -> Int {
    start < text.count && text.scalars[start] == "-" ? start + 1 : start
  }

  private static func afterFraction(_ text: PythonString, _ place: Int) -> Int? {
    guard place < text.count, text.scalars[place] == "." else { return nil }
    let digits = digitCount(text, place + 1)
    return digits > 0 ? place + 1 + digits : nil
  }

  private static func exponentEnd(_ text: PythonString, _ place: Int) -> Int? {
    guard place < text.count, ["e", "E"].contains(text.scalars[place]) else { return nil }
    var start = place + 1
    if start < text.count, ["+", "-"].contains(text.scalars[start]) { start += 1 }
    let digits = digitCount(text, start)
    return digits > 0 ? start + digits : nil
  }

  private static func digitCount(_ text: PythonString, _ start: Int) -> Int {
    guard start < text.count else { return 0 }
    return text.scalars[start...].prefix { PythonString.digitValue($0) != nil }.count
  }
}
