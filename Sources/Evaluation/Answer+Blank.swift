import PythonText

extension Answer {
  /// Whether nothing is left of the text after Python's `strip()`.
  public var isBlank: Bool {
    text.unicodeScalars.allSatisfy { PythonString.isWhitespace($0) }
  }
}
