/// What the values of a Parquet column are.
public enum ParquetType: Sendable, Hashable, CustomStringConvertible {
  case boolean
  case integer
  /// `float` or `double` in the file.
  case number
  /// Text: UTF-8, JSON or an enumeration.
  case string
  /// Bytes without a meaning that the file tells.
  case binary
  /// A column of nulls only, without a type of its own.
  case null
  /// A type that this reader refuses, by its name.
  case unsupported(String)

  public var description: String {
    switch self {
    case .boolean: "boolean"
    case .integer: "integer"
    case .number: "number"
    case .string: "string"
    case .binary: "binary"
    case .null: "null"
    case .unsupported(let name): name
    }
  }
}

/// A leaf of a Parquet file's schema: a column as it can be asked for.
public struct ParquetColumn: Sendable, Hashable, CustomStringConvertible {
  /// The dotted path without the wrappers of lists: `question`, `image.bytes`, `answers`,
  /// `conversations.role`.
  public let path: String
  /// The dotted path as the file stores it: `answers.list.element`.
  public let storedPath: String
  public let type: ParquetType
  /// How many lists the values lie in: 0 for one value per row, 1 for a list per row.
  public let listDepth: Int
  /// Whether a row can lack its value (or list).
  public let isOptional: Bool

  public var description: String {
    "\(path): \(String(repeating: "list of ", count: listDepth))\(type)\(isOptional ? ", optional" : "")"
  }

  /// The place among the leaves, which is the place of its chunk in every row group.
  let index: Int
  let physicalType: PhysicalType
  /// The bytes of one value of a `fixed_len_byte_array`.
  let fixedByteCount: Int
  let isUnsigned: Bool
  /// The definition level of a value that is there.
  let maximumDefinitionLevel: Int
  /// For each list around the value, the outermost first, the definition levels that say whether it
  /// is there.
  let lists: [ListLevels]  // [listDepth]

  struct ListLevels: Sendable, Hashable {
    /// From this level on the list is there, perhaps empty.
    var present: Int
    /// From this level on it has an element, perhaps null.
    var element: Int
  }

  var isBytes: Bool { physicalType == .byteArray || physicalType == .fixedByteArray }
}

/// How values are stored, by its number in the format.
enum PhysicalType: Int, Sendable {
  case boolean = 0, int32, int64, int96, float, double, byteArray, fixedByteArray
}
