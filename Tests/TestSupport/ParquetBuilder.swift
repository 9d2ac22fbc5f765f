/// Writes small Parquet files byte by byte, so that tests can lie in every field.
public struct ParquetBuilder: Sendable {
  public init() {}

  /// A value of Thrift's compact protocol.
  public indirect enum Thrift: Sendable {
    case int(Int)
    case flag(Bool)
    case text(String)
    case list([Thrift])
    case fields([Int: Thrift])

    var type: UInt8 {
      switch self {
      case .int: 6
      case .flag(let value): value ? 1 : 2
      case .text: 8
      case .list: 9
      case .fields: 12
      }
    }

    var bytes: [UInt8] {
      switch self {
      case .int(let value):
        return varint(UInt64(bitPattern: Int64(value &<< 1) ^ Int64(value >> 63)))
      case .flag: return []
      case .text(let text): return varint(UInt64(text.utf8.count)) + Array(text.utf8)
      case .list(let items):
        return [0xF0 | (items.first?.type ?? 12)] + varint(UInt64(items.count))
          + items.flatMap(\.bytes)
      case .fields(let fields):
        let written = fields.sorted { $0.key < $1.key }.flatMap { id, value in
          [value.type] + varint(UInt64(id) << 1) + value.bytes
        }
        return written + [0]
      }
    }
  }

  /// The schema without its root, in depth-first order.
  public var schema: [Thrift] = [ParquetBuilder.element("text", type: 6)]
  public var rootChildCount = 1
  public var rowCount = 2
  public var valueCount = 2
  public var codec = 0
  /// A number in place of the length of the pages.
  public var compressedByteCount: Int?
  public var pageOffset = 4
  public var pages: [UInt8] = ParquetBuilder.page(
    ParquetBuilder.strings(["one", "two"]), valueCount: 2)
  /// Fields that are added to the description of the column, to its chunk, and to the footer.
  public var columnFields: [Int: Thrift] = [:]
  public var chunkFields: [Int: Thrift] = [:]
  public var footerFields: [Int: Thrift] = [:]

  /// A schema element; leaves have a physical type, groups a number of children.
  public static func element(
    _ name: String, type: Int? = nil, repetition: Int = 0, children: Int? = nil,
    converted: Int? = nil, length: Int? = nil
  ) -> Thrift {
    var fields: [Int: Thrift] = [3: .int(repetition), 4: .text(name)]
    if let type { fields[1] = .int(type) }
    if let length { fields[2] = .int(length) }
    if let children { fields[5] = .int(children) }
    if let converted { fields[6] = .int(converted) }
    return .fields(fields)
  }

  /// A data page of version 1.
  public static func page(
    _ body: [UInt8], valueCount: Int, encoding: Int = 0, levelEncoding: Int = 3,
    uncompressed: Int? = nil, compressed: Int? = nil
  ) -> [UInt8] {
    let header = Thrift.fields([
      1: .int(0), 2: .int(uncompressed ?? body.count), 3: .int(compressed ?? body.count),
      5: .fields([
        1: .int(valueCount), 2: .int(encoding), 3: .int(levelEncoding), 4: .int(levelEncoding),
      ]),
    ])
    return header.bytes + body
  }

  public static func dictionaryPage(_ body: [UInt8], valueCount: Int, encoding: Int = 0) -> [UInt8]
  {
    let header = Thrift.fields([
      1: .int(2), 2: .int(body.count), 3: .int(body.count),
      7: .fields([1: .int(valueCount), 2: .int(encoding)]),
    ])
    return header.bytes + body
  }

  public static func strings(_ texts: [String]) -> [UInt8] {
    texts.flatMap { littleEndian($0.utf8.count) + Array($0.utf8) }
  }

  public static func littleEndian(_ value: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// Levels of at most 8 bits, each as a run of one, with the length in front that version 1 wants.
  public static func levels(_ levels: [UInt8]) -> [UInt8] {
    littleEndian(levels.count * 2) + levels.flatMap { [2, $0] }
  }

  /// A column of a file with several: what the schema says, and the pages.
  public struct Column: Sendable {
    /// The schema element with everything below it, in depth-first order.
    public var schema: [Thrift]
    public var pages: [UInt8]
    public var valueCount: Int
    public var codec = 0

    public init(schema: [Thrift], pages: [UInt8], valueCount: Int) {
      self.schema = schema
      self.pages = pages
      self.valueCount = valueCount
    }
  }

  /// A file of several columns of byte strings in one row group.
  public static func bytes(_ columns: [Column], rowCount: Int) -> [UInt8] {
    var body = Array("PAR1".utf8)
    var chunks: [Thrift] = []
    for column in columns {
      chunks.append(
        .fields([
          3: .fields([
            1: .int(6), 2: .list([.int(0)]), 4: .int(column.codec), 5: .int(column.valueCount),
            6: .int(column.pages.count),
            7: .int(column.pages.count), 9: .int(body.count),
          ])
        ]))
      body += column.pages
    }
    let footer = Thrift.fields([
      1: .int(1),
      2: .list([element("schema", children: columns.count)] + columns.flatMap(\.schema)),
      3: .int(rowCount),
      4: .list([.fields([1: .list(chunks), 2: .int(body.count), 3: .int(rowCount)])]),
    ]).bytes
    return body + footer + littleEndian(footer.count) + Array("PAR1".utf8)
  }

  public var bytes: [UInt8] {
    var column: [Int: Thrift] = [
      1: .int(6), 2: .list([.int(0)]), 4: .int(codec), 5: .int(valueCount), 6: .int(pages.count),
      7: .int(compressedByteCount ?? pages.count), 9: .int(pageOffset),
    ]
    column.merge(columnFields) { $1 }
    let chunk = [3: Thrift.fields(column)].merging(chunkFields) { $1 }
    let fields: [Int: Thrift] = [
      1: .int(1), 2: .list([Self.element("schema", children: rootChildCount)] + schema),
      3: .int(rowCount),
      4: .list([.fields([1: .list([.fields(chunk)]), 2: .int(pages.count), 3: .int(rowCount)])]),
    ]
    let footer = Thrift.fields(fields.merging(footerFields) { $1 }).bytes
    return Array("PAR1".utf8) + pages + footer + Self.littleEndian(footer.count)
      + Array("PAR1".utf8)
  }
}

private func varint(_ value: UInt64) -> [UInt8] {
  var rest = value
  var bytes: [UInt8] = []
  repeat {
    bytes.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
    rest >>= 7
  } while rest > 0
  return bytes
}
