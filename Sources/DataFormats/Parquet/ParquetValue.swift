/// One row's value of a column.
public enum ParquetValue: Sendable {
  case null
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case bytes(ParquetBytes)
  case list([ParquetValue])

  /// What the value is, in the words of messages.
  public var kind: String {
    switch self {
    case .null: "null"
    case .boolean: "a boolean"
    case .integer: "an integer"
    case .number: "a number"
    case .string: "a string"
    case .bytes: "bytes"
    case .list: "a list"
    }
  }
}

/// Bytes in a Parquet file, or in the page that was decompressed for them; nothing is copied until
/// asked for.
///
/// A handle keeps the mapped file, or that one page, in memory as long as it lives.
public struct ParquetBytes: Sendable {
  let storage: ByteStorage
  let range: Range<Int>
  /// Whether the bytes lie in the mapped file itself.
  public let isInFile: Bool

  public var count: Int { range.count }

  /// Calls `body` with the bytes in place.
  public func withBytes<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try storage.withBytes(in: range, body)
  }

  /// The bytes as an array of their own. What of the mapped file was touched for them does not stay
  /// in memory.
  public func copy() -> [UInt8] {
    defer { if isInFile { storage.dropPages(in: range) } }
    return storage.copy(range)
  }
}
