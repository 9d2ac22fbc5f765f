import DataFormats

extension FuzzTarget {
  /// Parses a Python literal; what was parsed must be writable as JSON and come back equal.
  func readPythonLiteral(_ bytes: [UInt8]) throws(DataFormatError) {
    try checkRoundTrip(PythonLiteral.parse(String(decoding: bytes, as: UTF8.self)))
  }

  /// Parses JSON; what was parsed must be writable and come back equal.
  func readJSON(_ bytes: [UInt8]) throws(DataFormatError) {
    try checkRoundTrip(JSONValue.parse(bytes))
  }

  private func checkRoundTrip(_ value: JSONValue) throws(DataFormatError) {
    guard !value.holdsNonFiniteNumber else { return }
    let written = value.text()
    let again = try JSONValue.parse(written)
    precondition(again == value, "\(written) came back as \(again.text())")
  }
}

extension JSONValue {
  /// Python's literals and JSON readers know infinities (`1e999`), which JSON cannot say.
  fileprivate var holdsNonFiniteNumber: Bool {
    switch self {
    case .number(let number): !number.isFinite
    case .array(let values): values.contains(where: \.holdsNonFiniteNumber)
    case .object(let members): members.values.contains(where: \.holdsNonFiniteNumber)
    default: false
    }
  }
}
