/// A string as Python sees it: a sequence of Unicode scalars, compared scalar by scalar.
///
/// The official scorers are Python. Swift's `String` compares by canonical equivalence and counts
/// grapheme clusters, which would change scores silently ("é" equals "e\u{301}" there, and "\r\n"
/// is one character); metrics use this type instead. Rules: docs/metrics.md, section 0.2.
public struct PythonString: Hashable, Sendable {
  public var scalars: [Unicode.Scalar]

  public init(_ text: String) { scalars = Array(text.unicodeScalars) }

  public init(_ scalars: some Sequence<Unicode.Scalar>) { self.scalars = Array(scalars) }

  /// The same text as a Swift string.
  public var text: String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  /// `len(s)`.
  public var count: Int { scalars.count }
  public var isEmpty: Bool { scalars.isEmpty }

  /// Whether `str.strip()` and `str.split()` count a scalar as whitespace, which is also regex
  /// `\s`.
  ///
  /// Foundation's set differs: it lacks U+001C to U+001F and contains U+200B.
  public static func isWhitespace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F,
      0x205F, 0x3000:
      true
    default: false
    }
  }

  /// `s.strip()`.
  public func strip() -> PythonString { strip(where: Self.isWhitespace) }

  /// Drops matching scalars from both ends.
  public func strip(where matches: (Unicode.Scalar) -> Bool) -> PythonString {
    guard let first = scalars.firstIndex(where: { !matches($0) }),
      let last = scalars.lastIndex(where: { !matches($0) })
    else {
      return PythonString([])
    }
    return first == 0 && last == scalars.count - 1 ? self : PythonString(scalars[first...last])
  }

  /// `s.rstrip(chars)`.
  public func rstrip(_ characters: Set<Unicode.Scalar>) -> PythonString {
    PythonString(scalars[..<((scalars.lastIndex { !characters.contains($0) } ?? -1) + 1)])
  }

  /// `s.split()`: the runs between whitespace, none empty.
  public func split() -> [PythonString] {
    scalars.split(whereSeparator: Self.isWhitespace).map { PythonString($0) }
  }

  /// `s.split(separator)` for one scalar: empty parts are kept.
  public func split(_ separator: Unicode.Scalar) -> [PythonString] {
    scalars.split(separator: separator, omittingEmptySubsequences: false).map { PythonString($0) }
  }

  /// `separator.join(parts)`.
  public static func join(
    _ parts: some Sequence<PythonString>, separator: PythonString
  ) -> PythonString {
    var joined: [Unicode.Scalar] = []
    for (index, part) in parts.enumerated() {
      if index > 0 { joined.append(contentsOf: separator.scalars) }
      joined.append(contentsOf: part.scalars)
    }
    return PythonString(joined)
  }

  /// `" ".join(s.split())`: every run of whitespace becomes one space, and none is left at the
  /// ends.
  public func collapsingWhitespace() -> PythonString {
    var collapsed: [Unicode.Scalar] = []
    collapsed.reserveCapacity(scalars.count)
    var pendingSpace = false
    for scalar in scalars {
      if Self.isWhitespace(scalar) {
        pendingSpace = !collapsed.isEmpty
      } else {
        if pendingSpace { collapsed.append(" ") }
        pendingSpace = false
        collapsed.append(scalar)
      }
    }
    return PythonString(collapsed)
  }

  public func hasPrefix(_ other: PythonString) -> Bool { scalars.starts(with: other.scalars) }

  public func hasSuffix(_ other: PythonString) -> Bool {
    scalars.suffix(other.count).elementsEqual(other.scalars)
  }

  /// The first place at or after `start` where `other` occurs; an empty `other` occurs everywhere.
  public func firstIndex(of other: PythonString, from start: Int = 0) -> Int? {
    guard other.count <= count - start else { return nil }
    guard let head = other.scalars.first else { return start }
    for index in start...(count - other.count) where scalars[index] == head {
      if scalars[index..<index + other.count].elementsEqual(other.scalars) { return index }
    }
    return nil
  }

  /// `other in s`.
  public func contains(_ other: PythonString) -> Bool { firstIndex(of: other) != nil }

  public func contains(_ scalar: Unicode.Scalar) -> Bool { scalars.contains(scalar) }

  /// `s.replace(old, new)` for a non-empty `old`.
  public func replacing(_ old: PythonString, with new: PythonString) -> PythonString {
    guard !old.isEmpty, var next = firstIndex(of: old) else { return self }
    var result: [Unicode.Scalar] = []
    var position = 0
    while true {
      result.append(contentsOf: scalars[position..<next])
      result.append(contentsOf: new.scalars)
      position = next + old.count
      guard let following = firstIndex(of: old, from: position) else { break }
      next = following
    }
    result.append(contentsOf: scalars[position...])
    return PythonString(result)
  }
}

extension PythonString: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) { self.init(value) }
}

extension PythonString: CustomStringConvertible {
  public var description: String { text }
}
