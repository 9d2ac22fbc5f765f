/// The footer of a Parquet file: the schema and where each column chunk lies. Source:
/// `parquet.thrift` of the Apache Parquet format; the fields that reading does not need are
/// skipped.
struct ParquetMetadata {
  var schema: [SchemaElement] = []
  var rowCount = 0
  var rowGroups: [RowGroup] = []
  var createdBy: String?
  var keyValues: [(key: String, value: String?)] = []
  var isEncrypted = false

  /// One node of the schema, in depth-first order.
  struct SchemaElement {
    var name = ""
    /// Present on leaves only.
    var physicalType: Int?
    var typeLength = 0
    /// 0 required, 1 optional, 2 repeated; the root has none.
    var repetition: Int?
    var childCount = 0
    var convertedType: Int?
    var logicalType: LogicalType?
  }

  /// The member of the union `LogicalType` by its field number, and what integers carry.
  struct LogicalType {
    var kind = 0
    var bitWidth = 0
    var isSigned = true
  }

  struct RowGroup {
    var chunks: [ColumnChunk] = []
    var rowCount = 0
  }

  struct ColumnChunk {
    /// Set where the column's data lie in another file.
    var externalFile: String?
    var isEncrypted = false
    var physicalType = -1
    var path: [String] = []
    var codec = -1
    var valueCount = 0
    var compressedByteCount = 0
    var dataPageOffset = 0
    var dictionaryPageOffset: Int?

    /// The bytes of the chunk in the file, dictionary page included; nil where the declared numbers
    /// are impossible.
    func byteRange(before end: Int) -> Range<Int>? {
      var start = dataPageOffset
      if let dictionary = dictionaryPageOffset, dictionary > 0, dictionary < start {
        start = dictionary
      }
      let (stop, overflow) = start.addingReportingOverflow(compressedByteCount)
      guard start >= 4, compressedByteCount >= 0, !overflow, stop <= end, dataPageOffset <= stop
      else { return nil }
      return start..<stop
    }
  }
}

/// The compression of a column chunk, by its number in the format.
enum ParquetCodec: Int, Sendable {
  case uncompressed = 0, snappy, gzip, lzo, brotli, lz4, zstd, lz4Raw

  var name: String {
    switch self {
    case .uncompressed: "no compression"
    case .snappy: "Snappy"
    case .gzip: "gzip"
    case .lzo: "LZO"
    case .brotli: "Brotli"
    case .lz4: "LZ4"
    case .zstd: "Zstandard"
    case .lz4Raw: "LZ4_RAW"
    }
  }

  var isSupported: Bool {
    switch self {
    case .uncompressed, .snappy, .gzip, .zstd: true
    case .lzo, .brotli, .lz4, .lz4Raw: false
    }
  }

  /// The most bytes that one compressed byte can stand for: Snappy copies 64 bytes with 3, deflate
  /// reaches 1032, Zstandard's shortest block stands for 128 KiB and takes 4 bytes.
  var maximumRatio: Int {
    switch self {
    case .snappy: 64
    case .gzip: 1032
    case .zstd: 1 << 17
    default: 1
    }
  }
}

/// How values are written in a page, by its number in the format.
enum ParquetEncoding: Int {
  case plain = 0
  case plainDictionary = 2
  case runLength = 3
  case bitPacked = 4
  case deltaBinaryPacked = 5
  case deltaLengthByteArray = 6
  case deltaByteArray = 7
  case runLengthDictionary = 8
  case byteStreamSplit = 9

  var name: String {
    switch self {
    case .plain: "PLAIN"
    case .plainDictionary: "PLAIN_DICTIONARY"
    case .runLength: "RLE"
    case .bitPacked: "BIT_PACKED"
    case .deltaBinaryPacked: "DELTA_BINARY_PACKED"
    case .deltaLengthByteArray: "DELTA_LENGTH_BYTE_ARRAY"
    case .deltaByteArray: "DELTA_BYTE_ARRAY"
    case .runLengthDictionary: "RLE_DICTIONARY"
    case .byteStreamSplit: "BYTE_STREAM_SPLIT"
    }
  }

  static func name(_ number: Int) -> String {
    ParquetEncoding(rawValue: number)?.name ?? "number \(number)"
  }
}
