/// Reads Thrift's compact protocol, in which Parquet writes its footer and its page headers.
///
/// Every length is checked against the bytes that are left before anything is allocated, and
/// nesting is bounded. Source: the Thrift compact protocol specification of the Apache Thrift
/// project.
struct ThriftCompactReader {
  enum WireType: UInt8 {
    case stop = 0, true_, false_, byte, int16, int32, int64, double, binary, list, set, map,
      structure, uuid
  }

  /// A field of a struct: its number and how its value is written.
  struct Field {
    var id: Int
    var type: WireType
  }

  private let bytes: [UInt8]
  private(set) var position = 0
  /// What the bytes are, for messages: `the footer`, `a page header`.
  private let subject: String
  private static let maximumDepth = 48

  init(_ bytes: [UInt8], subject: String) {
    self.bytes = bytes
    self.subject = subject
  }

  private var remaining: Int { bytes.count - position }

  // MARK: Structs and lists

  /// The next field of the struct that is being read, or nil at its end.
  /// - Parameter lastID: the number of the previous field, 0 before the first; fields are numbered
  ///   by difference.
  mutating func nextField(after lastID: inout Int) throws(ParquetFault) -> Field? {
    let header = try byte()
    guard let type = WireType(rawValue: header & 0x0F) else {
      throw invalid("an unknown type \(header & 0x0F)")
    }
    if type == .stop { return nil }
    let difference = Int(header >> 4)
    let id = difference == 0 ? Int(Int16(truncatingIfNeeded: try zigzag())) : lastID + difference
    guard id > 0, id <= Int(Int16.max) else { throw invalid("the field number \(id)") }
    lastID = id
    return Field(id: id, type: type)
  }

  /// The header of a list: how its elements are written and how many there are (no more than bytes
  /// are left).
  mutating func listHeader(_ field: Field) throws(ParquetFault) -> (type: WireType, count: Int) {
    guard field.type == .list || field.type == .set else { throw mismatch(field, "a list") }
    return try listHeader()
  }

  private mutating func listHeader() throws(ParquetFault) -> (type: WireType, count: Int) {
    let header = try byte()
    guard let type = WireType(rawValue: header & 0x0F), type != .stop else {
      throw invalid("a list of the unknown type \(header & 0x0F)")
    }
    let short = Int(header >> 4)
    let count = short == 15 ? try length() : short
    // Each element takes at least one byte.
    guard count <= remaining else {
      throw .truncated("\(subject) announces a list of \(count) elements and")
    }
    return (type, count)
  }

  /// Reads a list of structs with `element`.
  mutating func structures<Element>(
    _ field: Field, _ element: (inout ThriftCompactReader) throws(ParquetFault) -> Element
  ) throws(ParquetFault) -> [Element] {
    let (type, count) = try listHeader(field)
    guard count == 0 || type == .structure else { throw mismatch(field, "a list of structs") }
    var elements: [Element] = []
    for _ in 0..<count { elements.append(try element(&self)) }
    return elements
  }

  mutating func structure<Value>(
    _ field: Field, _ value: (inout ThriftCompactReader) throws(ParquetFault) -> Value
  ) throws(ParquetFault) -> Value {
    guard field.type == .structure else { throw mismatch(field, "a struct") }
    return try value(&self)
  }

  mutating func strings(_ field: Field) throws(ParquetFault) -> [String] {
    let (type, count) = try listHeader(field)
    guard count == 0 || type == .binary else { throw mismatch(field, "a list of strings") }
    var texts: [String] = []
    for _ in 0..<count { texts.append(try text()) }
    return texts
  }

  // MARK: Values

  mutating func integer(_ field: Field) throws(ParquetFault) -> Int {
    switch field.type {
    case .byte: return Int(Int8(bitPattern: try byte()))
    case .int16, .int32, .int64: return Int(try zigzag())
    default: throw mismatch(field, "an integer")
    }
  }

  /// An integer that must fit 32 bits, as Parquet's sizes within pages do.
  mutating func int32(_ field: Field) throws(ParquetFault) -> Int {
    let value = try integer(field)
    guard Int32(exactly: value) != nil else {
      throw invalid("the number \(value) where 32 bits are allowed")
    }
    return value
  }

  mutating func boolean(_ field: Field) throws(ParquetFault) -> Bool {
    guard field.type == .true_ || field.type == .false_ else { throw mismatch(field, "a boolean") }
    return field.type == .true_
  }

  mutating func string(_ field: Field) throws(ParquetFault) -> String {
    guard field.type == .binary else { throw mismatch(field, "a string") }
    return try text()
  }

  /// Steps over a value that nobody asked for.
  mutating func skip(_ field: Field) throws(ParquetFault) {
    try skip(field.type, isElement: false, depth: 0)
  }

  private mutating func skip(_ type: WireType, isElement: Bool, depth: Int) throws(ParquetFault) {
    guard depth < Self.maximumDepth else {
      throw invalid("structs nested more than \(Self.maximumDepth) deep")
    }
    switch type {
    case .stop: throw invalid("an end where a value must stand")
    case .true_, .false_: if isElement { _ = try byte() }
    case .byte: _ = try byte()
    case .int16, .int32, .int64: _ = try varint()
    case .double: try advance(8)
    case .uuid: try advance(16)
    case .binary: try advance(try length())
    case .list, .set:
      let (element, count) = try listHeader()
      for _ in 0..<count { try skip(element, isElement: true, depth: depth + 1) }
    case .map:
      let count = try length()
      guard count > 0 else { return }
      guard count <= remaining else {
        throw .truncated("\(subject) announces a map of \(count) entries and")
      }
      let types = try byte()
      guard let key = WireType(rawValue: types >> 4), let value = WireType(rawValue: types & 0x0F)
      else {
        throw invalid("a map of unknown types")
      }
      for _ in 0..<count {
        try skip(key, isElement: true, depth: depth + 1)
        try skip(value, isElement: true, depth: depth + 1)
      }
    case .structure:
      var last = 0
      while let field = try nextField(after: &last) {
        try skip(field.type, isElement: false, depth: depth + 1)
      }
    }
  }

  // MARK: Bytes

  private mutating func byte() throws(ParquetFault) -> UInt8 {
    guard position < bytes.count else { throw .truncated(subject) }
    defer { position += 1 }
    return bytes[position]
  }

  private mutating func varint() throws(ParquetFault) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), through: 63, by: 7) {
      let next = try byte()
      value |= UInt64(next & 0x7F) << shift
      if next & 0x80 == 0 { return value }
    }
    throw invalid("a number of more than 64 bits")
  }

  private mutating func zigzag() throws(ParquetFault) -> Int64 {
    let value = try varint()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  private mutating func length() throws(ParquetFault) -> Int {
    let value = try varint()
    guard let length = Int(exactly: value), length <= Int(Int32.max) else {
      throw invalid("a length of \(value)")
    }
    return length
  }

  private mutating func text() throws(ParquetFault) -> String {
    let count = try length()
    let start = position
    try advance(count)
    return String(decoding: bytes[start..<start + count], as: UTF8.self)
  }

  private mutating func advance(_ count: Int) throws(ParquetFault) {
    guard count <= remaining else { throw .truncated(subject) }
    position += count
  }

  private func invalid(_ what: String) -> ParquetFault {
    .damaged("\(subject) is damaged: it holds \(what)")
  }

  private func mismatch(_ field: Field, _ expected: String) -> ParquetFault {
    .damaged("\(subject) is damaged: its field \(field.id) is not \(expected)")
  }
}
