extension PythonString {
  /// The value of a decimal digit of any script (Unicode category Nd, regex `\d`), or nil.
  public static func digitValue(_ scalar: Unicode.Scalar) -> Int? {
    if scalar.isASCII {
      return (0x30...0x39).contains(scalar.value) ? Int(scalar.value - 0x30) : nil
    }
    guard scalar.properties.generalCategory == .decimalNumber,
      let value = scalar.properties.numericValue
    else { return nil }
    return Int(value)
  }

  /// `float(s)`, or nil where Python raises `ValueError`.
  ///
  /// Surrounding whitespace, a sign, `inf`, `infinity` and `nan` in any case, single underscores
  /// between digits and digits of any script are accepted; hexadecimal numbers and thousands
  /// separators are not. Overflow gives an infinity.
  public func float() -> Double? {
    var ascii: [UInt8] = []
    for scalar in strip().scalars {
      if let digit = Self.digitValue(scalar) {
        ascii.append(UInt8(0x30 + digit))
      } else if scalar.isASCII {
        ascii.append(UInt8(scalar.value))
      } else {
        return nil
      }
    }
    return Self.isFloat(ascii) ? Self.value(ascii.filter { $0 != UInt8(ascii: "_") }) : nil
  }

  private static func isFloat(_ text: [UInt8]) -> Bool {
    var rest = text[...]
    if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
      rest = rest.dropFirst()
    }
    let word = String(decoding: rest, as: UTF8.self).lowercased()
    if ["inf", "infinity", "nan"].contains(word) { return true }
    let whole = dropDigits(&rest)
    var fraction = 0
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      guard let digits = optional(dropDigits(&rest)) else { return false }
      fraction = digits
    }
    guard let whole = optional(whole), whole + fraction > 0 else { return false }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
        rest = rest.dropFirst()
      }
      guard let exponent = optional(dropDigits(&rest)), exponent > 0 else { return false }
    }
    return rest.isEmpty
  }

  /// Drops digits with single underscores between them; returns how many digits, or -1 where an
  /// underscore is misplaced.
  private static func dropDigits(_ rest: inout ArraySlice<UInt8>) -> Int {
    var digits = 0
    var underscoreBefore = false
    while let byte = rest.first {
      if byte == UInt8(ascii: "_") {
        if digits == 0 || underscoreBefore { return -1 }
        underscoreBefore = true
      } else if (0x30...0x39).contains(byte) {
        digits += 1
        underscoreBefore = false
      } else {
        break
      }
      rest = rest.dropFirst()
    }
    return underscoreBefore ? -1 : digits
  }

  private static func optional(_ count: Int) -> Int? { count < 0 ? nil : count }

  private static func value(_ text: [UInt8]) -> Double? {
    Double(String(decoding: text, as: UTF8.self))
  }
}
