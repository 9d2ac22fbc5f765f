extension PythonString {
  /// `s.lower()`: full lower-casing, with the final form of sigma at the end of a word.
  public func lower() -> PythonString {
    var lowered: [Unicode.Scalar] = []
    lowered.reserveCapacity(count)
    for (index, scalar) in scalars.enumerated() { appendLowered(scalar, at: index, to: &lowered) }
    return PythonString(lowered)
  }

  /// `s.upper()`: full upper-casing; the result may be longer (ß becomes SS).
  public func upper() -> PythonString {
    PythonString(
      scalars.flatMap {
        $0.isASCII ? [Self.asciiUpper($0)] : Array($0.properties.uppercaseMapping.unicodeScalars)
      })
  }

  /// `len(s.upper())`, without building the string.
  public var upperCount: Int {
    scalars.reduce(0) {
      $0 + ($1.isASCII ? 1 : $1.properties.uppercaseMapping.unicodeScalars.count)
    }
  }

  /// `s.capitalize()`: the title case of the first scalar, then everything else in lower case.
  public func capitalize() -> PythonString {
    guard let first = scalars.first else { return self }
    var result = Array(first.properties.titlecaseMapping.unicodeScalars)
    for (index, scalar) in scalars.enumerated().dropFirst() {
      appendLowered(scalar, at: index, to: &result)
    }
    return PythonString(result)
  }

  private func appendLowered(
    _ scalar: Unicode.Scalar, at index: Int, to result: inout [Unicode.Scalar]
  ) {
    switch scalar.value {
    case 0x41...0x5A: result.append(Unicode.Scalar(UInt8(scalar.value) + 32))
    case ..<0x80: result.append(scalar)
    case 0x3A3: result.append(endsWord(at: index) ? "ς" : "σ")
    default: result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
    }
  }

  /// Unicode's Final_Sigma: a cased letter before, none after, case-ignorable ones skipped.
  private func endsWord(at index: Int) -> Bool {
    func isCased(_ scalar: Unicode.Scalar?) -> Bool { scalar?.properties.isCased ?? false }
    let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
    let after = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
    return isCased(before) && !isCased(after)
  }

  private static func asciiUpper(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    (0x61...0x7A).contains(scalar.value) ? Unicode.Scalar(UInt8(scalar.value) - 32) : scalar
  }
}
