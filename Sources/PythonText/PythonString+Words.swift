extension PythonString {
  /// Regex `\w` of Python: a letter, a numeric scalar of any kind, or the underscore.
  ///
  /// Marks are no word characters there, unlike in Unicode's own definition.
  public static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == "_" { return true }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      return true
    default: return scalar.properties.numericType != nil
    }
  }

  /// Regex `\b`: whether a word begins or ends before the scalar at `index` (`0...count`).
  public func isWordBoundary(at index: Int) -> Bool {
    let before = index > 0 && Self.isWord(scalars[index - 1])
    let after = index < count && Self.isWord(scalars[index])
    return before != after
  }

  /// `s.rfind(other)`; nil where it does not occur. An empty `other` is found at the end.
  public func lastIndex(of other: PythonString) -> Int? {
    guard other.count <= count else { return nil }
    for index in stride(from: count - other.count, through: 0, by: -1)
    where scalars[index..<index + other.count].elementsEqual(other.scalars) {
      return index
    }
    return nil
  }
}
