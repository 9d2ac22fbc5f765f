/// The header that stands before every page of a column chunk.
/// Source: `PageHeader` in `parquet.thrift`.
struct PageHeader {
  enum Kind {
    case data(valueCount: Int, encoding: Int, definitionEncoding: Int, repetitionEncoding: Int)
    case dataV2(DataPageV2)
    case dictionary(valueCount: Int, encoding: Int)
    /// A page that reading steps over.
    case other
  }

  struct DataPageV2 {
    var valueCount = -1
    var nullCount = -1
    var rowCount = -1
    var encoding = -1
    var definitionByteCount = 0
    var repetitionByteCount = 0
    var isCompressed = true
  }

  var kind: Kind
  var uncompressedByteCount: Int
  var compressedByteCount: Int
  var checksum: UInt32?
  /// The bytes that the header itself takes.
  var byteCount: Int

  /// The number of entries of a data page (values and nulls), nil for other pages.
  var valueCount: Int? {
    switch kind {
    case .data(let count, _, _, _): count
    case .dataV2(let page): page.valueCount
    case .dictionary, .other: nil
    }
  }

  /// Reads the header at the start of `range`, whose end is the end of the column chunk.
  ///
  /// Headers take some 30 bytes, but those of old writers hold statistics with whole values: the
  /// window grows until the header fits.
  static func read(in storage: ByteStorage, range: Range<Int>) throws(ParquetFault) -> PageHeader {
    var window = 1024
    while true {
      let end = min(range.upperBound, range.lowerBound + window)
      do {
        return try PageHeader(parsing: storage.copy(range.lowerBound..<end))
      } catch {
        guard error.isTruncation, end < range.upperBound else { throw error }
        window *= 16
      }
    }
  }

  private init(parsing bytes: [UInt8]) throws(ParquetFault) {
    var reader = ThriftCompactReader(bytes, subject: "a page header")
    var type = -1
    var uncompressed = -1
    var compressed = -1
    var data: Kind?
    var dataV2: Kind?
    var dictionary: Kind?
    var last = 0
    while let field = try reader.nextField(after: &last) {
      switch field.id {
      case 1: type = try reader.int32(field)
      case 2: uncompressed = try reader.int32(field)
      case 3: compressed = try reader.int32(field)
      case 4: checksum = UInt32(truncatingIfNeeded: try reader.integer(field))
      case 5: data = try reader.structure(field, Self.dataPage)
      case 7: dictionary = try reader.structure(field, Self.dictionaryPage)
      case 8: dataV2 = try reader.structure(field, Self.dataPageV2)
      default: try reader.skip(field)
      }
    }
    guard uncompressed >= 0, compressed >= 0 else {
      throw .damaged(
        """
        a page header is damaged: it declares \(compressed) compressed and \(uncompressed) \
        uncompressed bytes
        """
      )
    }
    let described: Kind?
    switch type {
    case 0: described = data
    case 2: described = dictionary
    case 3: described = dataV2
    default: described = .other
    }
    guard let described else {
      throw .damaged(
        "a page header is damaged: the description of its page type \(type) is missing")
    }
    kind = described
    uncompressedByteCount = uncompressed
    compressedByteCount = compressed
    byteCount = reader.position
  }

  private static func dataPage(_ reader: inout ThriftCompactReader) throws(ParquetFault) -> Kind {
    var count = -1
    var encoding = -1
    var definition = -1
    var repetition = -1
    var last = 0
    while let field = try reader.nextField(after: &last) {
      switch field.id {
      case 1: count = try reader.int32(field)
      case 2: encoding = try reader.int32(field)
      case 3: definition = try reader.int32(field)
      case 4: repetition = try reader.int32(field)
      default: try reader.skip(field)
      }
    }
    return .data(
      valueCount: count, encoding: encoding, definitionEncoding: definition,
      repetitionEncoding: repetition)
  }

  private static func dictionaryPage(
    _ reader: inout ThriftCompactReader
  ) throws(ParquetFault) -> Kind {
    var count = -1
    var encoding = -1
    var last = 0
    while let field = try reader.nextField(after: &last) {
      switch field.id {
      case 1: count = try reader.int32(field)
      case 2: encoding = try reader.int32(field)
      default: try reader.skip(field)
      }
    }
    return .dictionary(valueCount: count, encoding: encoding)
  }

  private static func dataPageV2(_ reader: inout ThriftCompactReader) throws(ParquetFault) -> Kind {
    var page = DataPageV2()
    var last = 0
    while let field = try reader.nextField(after: &last) {
      switch field.id {
      case 1: page.valueCount = try reader.int32(field)
      case 2: page.nullCount = try reader.int32(field)
      case 3: page.rowCount = try reader.int32(field)
      case 4: page.encoding = try reader.int32(field)
      case 5: page.definitionByteCount = try reader.int32(field)
      case 6: page.repetitionByteCount = try reader.int32(field)
      case 7: page.isCompressed = try reader.boolean(field)
      default: try reader.skip(field)
      }
    }
    return .dataV2(page)
  }
}
