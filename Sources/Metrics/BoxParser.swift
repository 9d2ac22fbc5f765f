import PythonText

/// Reads a box from a model's answer, each evaluator in its own way (docs/metrics.md, section
/// 8).
public enum BoxParser {
  /// The box under a profile; nil where there is none, which lmms-eval counts as
  /// ``BoundingBox/zero``.
  public static func box(in text: String, profile: Profile) -> BoundingBox? {
    let text = PythonString(text)
    return profile.isVLMEvalKit ? lenient(text) : strict(text)
  }

  /// lmms-eval: the first `[a, b, c, d]` with plain decimal numbers, each comma directly after its
  /// number.
  ///
  /// Digits of any script count. `.5`, `+1`, `1e-1`, a space before a comma, round brackets and a
  /// fifth number do not match.
  public static func strict(_ text: PythonString) -> BoundingBox? {
    for start in text.scalars.indices where text.scalars[start] == "[" {
      var scanner = Scanner(scalars: text.scalars, position: start + 1)
      var numbers: [Double] = []
      while numbers.count < 4 {
        if !numbers.isEmpty && !scanner.take(",") { break }
        scanner.skipWhitespace()
        guard let number = scanner.plainNumber() else { break }
        numbers.append(number)
      }
      scanner.skipWhitespace()
      if scanner.take("]"), let box = BoundingBox(numbers) { return box }
    }
    return nil
  }

  /// VLMEvalKit: the first four numbers in square brackets with commas or spaces between them, else
  /// the first four numbers anywhere in the text. Signs, `.5` and exponents are read.
  public static func lenient(_ text: PythonString) -> BoundingBox? {
    for start in text.scalars.indices where text.scalars[start] == "[" {
      var scanner = Scanner(scalars: text.scalars, position: start + 1)
      var numbers: [Double] = []
      scanner.skipWhitespace()
      while numbers.count < 4 {
        if !numbers.isEmpty && !scanner.skipSeparator() { break }
        guard let number = scanner.scientificNumber() else { break }
        numbers.append(number)
      }
      scanner.skipWhitespace()
      if scanner.take("]"), let box = BoundingBox(numbers) { return box }
    }
    var scanner = Scanner(scalars: text.scalars, position: 0)
    var numbers: [Double] = []
    while numbers.count < 4, scanner.position < text.count {
      if let number = scanner.scientificNumber() {
        numbers.append(number)
      } else {
        scanner.position += 1
      }
    }
    return BoundingBox(numbers)
  }

  /// InternVL and conv-llava: what stands between the commas of the first bracket that has three of
  /// them and closes on the same line, if each part is a Python float.
  public static func commaSeparated(_ text: PythonString) -> BoundingBox? {
    for line in text.split("\n") {
      guard let parts = firstBracket(line.scalars) else { continue }
      let numbers = parts.compactMap { PythonString($0).float() }
      return BoundingBox(numbers)
    }
    return nil
  }

  private static func firstBracket(_ line: [Unicode.Scalar]) -> [ArraySlice<Unicode.Scalar>]? {
    guard var start = line.firstIndex(of: "[") else { return nil }
    while start < line.count && line[start] == "[" { start += 1 }
    var parts: [ArraySlice<Unicode.Scalar>] = []
    while parts.count < 4 {
      // A later bracket of this line sees fewer commas and the same closing bracket, so it cannot
      // match either.
      guard let end = line[start...].firstIndex(of: parts.count < 3 ? "," : "]") else { return nil }
      parts.append(line[start..<end])
      start = end + 1
    }
    return parts
  }
}

/// Reads numbers of one grammar after another from an array of scalars; a failed read leaves the
/// position alone.
private struct Scanner {
  let scalars: [Unicode.Scalar]
  var position: Int

  private func scalar(at index: Int) -> Unicode.Scalar? {
    index < scalars.count ? scalars[index] : nil
  }

  private func endOfDigits(from start: Int) -> Int {
    var end = start
    while let next = scalar(at: end), PythonString.digitValue(next) != nil { end += 1 }
    return end
  }

  mutating func skipWhitespace() {
    while let next = scalar(at: position), PythonString.isWhitespace(next) { position += 1 }
  }

  mutating func take(_ expected: Unicode.Scalar) -> Bool {
    guard scalar(at: position) == expected else { return false }
    position += 1
    return true
  }

  /// A comma with any whitespace around it, or whitespace alone.
  mutating func skipSeparator() -> Bool {
    let start = position
    skipWhitespace()
    if take(",") {
      skipWhitespace()
      return true
    }
    return position > start
  }

  /// `-?\d+(\.\d+)?`
  mutating func plainNumber() -> Double? {
    let whole = position + (scalar(at: position) == "-" ? 1 : 0)
    var end = endOfDigits(from: whole)
    guard end > whole else { return nil }
    if scalar(at: end) == ".", endOfDigits(from: end + 1) > end + 1 {
      end = endOfDigits(from: end + 1)
    }
    return number(until: end)
  }

  /// `[-+]?\d*\.?\d+([eE][-+]?\d+)?`
  mutating func scientificNumber() -> Double? {
    func isSign(_ index: Int) -> Bool { scalar(at: index) == "-" || scalar(at: index) == "+" }
    let whole = position + (isSign(position) ? 1 : 0)
    var end = endOfDigits(from: whole)
    if scalar(at: end) == ".", endOfDigits(from: end + 1) > end + 1 {
      end = endOfDigits(from: end + 1)
    }
    guard end > whole else { return nil }
    if scalar(at: end) == "e" || scalar(at: end) == "E" {
      let exponent = end + (isSign(end + 1) ? 2 : 1)
      if endOfDigits(from: exponent) > exponent { end = endOfDigits(from: exponent) }
    }
    return number(until: end)
  }

  private mutating func number(until end: Int) -> Double? {
    defer { position = end }
    return PythonString(scalars[position..<end]).float()
  }
}
