/// Turns pages of one column chunk into values; holds the chunk's dictionary.
struct PageDecoder {
  let column: ParquetColumn
  let codec: ParquetCodec
  let storage: ByteStorage
  let limits: ParquetLimits
  private var dictionary: ColumnValues?
  private static let largePage = 1 << 20

  /// - Throws: ``ParquetFault`` for a type or a compression that is not supported.
  init(
    _ chunk: ParquetMetadata.ColumnChunk, of column: ParquetColumn, in storage: ByteStorage,
    limits: ParquetLimits
  ) throws(ParquetFault) {
    if case .unsupported(let name) = column.type {
      throw .unsupported("the type \(name) is not supported")
    }
    guard let codec = ParquetCodec(rawValue: chunk.codec) else {
      throw .unsupported("the unknown compression number \(chunk.codec) is not supported")
    }
    guard codec.isSupported else {
      throw .unsupported(
        """
        the compression \(codec.name) is not supported; rewrite the file with Snappy, Zstandard \
        or gzip
        """
      )
    }
    self.column = column
    self.codec = codec
    self.storage = storage
    self.limits = limits
  }

  /// Decodes a page: a dictionary is kept and gives nil, a data page gives its values.
  mutating func decode(_ page: ColumnChunkPages.Page) throws(ParquetFault) -> ColumnPage? {
    try check(page)
    switch page.header.kind {
    case .other: return nil
    case .dictionary(let count, let encoding):
      try requireFirstDictionary(count: count)
      guard
        encoding == ParquetEncoding.plain.rawValue
          || encoding == ParquetEncoding.plainDictionary.rawValue
      else {
        throw .unsupported(
          "a dictionary in the encoding \(ParquetEncoding.name(encoding)) is not supported")
      }
      let (bytes, range) = try uncompressed(page.body, size: page.header.uncompressedByteCount)
      dictionary = try valueDecoder(bytes).plain(range, count: count)
      if case .bytes(var values)? = dictionary {
        values.dictionary = DictionaryTexts(values)
        dictionary = .bytes(values)
      }
      return nil
    case .data(let count, let encoding, let definitionEncoding, let repetitionEncoding):
      return try decodeData(page, count, encoding, definitionEncoding, repetitionEncoding)
    case .dataV2(let header):
      return try decodeDataV2(page, header)
    }
  }

  /// Compares a page with the checksum in its header, where there is one.
  func check(_ page: ColumnChunkPages.Page) throws(ParquetFault) {
    guard let expected = page.header.checksum else { return }
    let actual = storage.checksum(page.body)
    guard actual == expected else {
      throw .damaged(
        """
        a page is damaged: its checksum is \(hexadecimal(actual)) instead of \
        \(hexadecimal(expected))
        """
      )
    }
  }

  private func requireFirstDictionary(count: Int) throws(ParquetFault) {
    guard dictionary == nil else { throw .damaged("the column chunk has a second dictionary") }
    guard count >= 0, count <= limits.maximumPageValues else {
      throw .tooLarge(
        "a dictionary claims \(count) entries; the limit is \(limits.maximumPageValues)")
    }
  }

  /// Lets the numbers of the entries stand for a dictionary whose bytes are read elsewhere.
  mutating func takeNumberedDictionary(count: Int) throws(ParquetFault) {
    try requireFirstDictionary(count: count)
    dictionary = .integers((0..<Int64(count)).map { $0 })
  }

  /// Version 1: repetition levels, definition levels and values are compressed together, each level
  /// run with its length.
  private func decodeData(
    _ page: ColumnChunkPages.Page, _ count: Int, _ encoding: Int, _ definitionEncoding: Int,
    _ repetitionEncoding: Int
  ) throws(ParquetFault) -> ColumnPage {
    var (bytes, range) = try uncompressed(page.body, size: page.header.uncompressedByteCount)
    var repetition: [UInt8]?
    var definition: [UInt8]?
    if column.listDepth > 0 {
      try requireRunLength(repetitionEncoding, "repetition levels")
      let run = try prefixedRun(bytes, &range, "repetition levels")
      repetition = try levels(
        bytes, run, maximum: column.listDepth, count: count, subject: "the repetition levels")
    }
    if column.maximumDefinitionLevel > 0 {
      try requireRunLength(definitionEncoding, "definition levels")
      let run = try prefixedRun(bytes, &range, "definition levels")
      definition = try levels(
        bytes, run, maximum: column.maximumDefinitionLevel, count: count,
        subject: "the definition levels")
    }
    return try assemble(
      bytes, range, count: count, encoding: encoding, definition: definition, repetition: repetition
    )
  }

  /// Version 2: the levels stand uncompressed before the values, and the values may stay
  /// uncompressed too.
  private func decodeDataV2(
    _ page: ColumnChunkPages.Page, _ header: PageHeader.DataPageV2
  ) throws(ParquetFault) -> ColumnPage {
    let (repetitionBytes, definitionBytes) = (
      header.repetitionByteCount, header.definitionByteCount
    )
    _ = try levelByteCount(of: header, page)
    let definitionStart = page.body.lowerBound + repetitionBytes
    let valueStart = definitionStart + definitionBytes
    var repetition: [UInt8]?
    var definition: [UInt8]?
    if column.listDepth > 0 {
      repetition = try levels(
        storage, page.body.lowerBound..<definitionStart, maximum: column.listDepth,
        count: header.valueCount,
        subject: "the repetition levels")
    }
    if column.maximumDefinitionLevel > 0 {
      definition = try levels(
        storage, definitionStart..<valueStart, maximum: column.maximumDefinitionLevel,
        count: header.valueCount,
        subject: "the definition levels")
    }
    let body = valueStart..<page.body.upperBound
    let size = page.header.uncompressedByteCount - repetitionBytes - definitionBytes
    // A page of nulls may have no value bytes at all, not even compressed ones.
    let isPlain = !header.isCompressed || (body.isEmpty && size == 0)
    let (bytes, range) = isPlain ? (storage, body) : try uncompressed(body, size: size)
    return try assemble(
      bytes, range, count: header.valueCount, encoding: header.encoding, definition: definition,
      repetition: repetition)
  }

  /// The bytes that levels take at the front of a page of version 2.
  func levelByteCount(
    of header: PageHeader.DataPageV2, _ page: ColumnChunkPages.Page
  ) throws(ParquetFault) -> Int {
    let (repetitionBytes, definitionBytes) = (
      header.repetitionByteCount, header.definitionByteCount
    )
    guard repetitionBytes >= 0, definitionBytes >= 0, repetitionBytes <= page.body.count,
      definitionBytes <= page.body.count - repetitionBytes,
      repetitionBytes + definitionBytes <= page.header.uncompressedByteCount
    else {
      throw .damaged(
        """
        a page claims levels of \(repetitionBytes) and \(definitionBytes) bytes, more than its \
        \(page.body.count) bytes
        """
      )
    }
    return repetitionBytes + definitionBytes
  }

  private func assemble(
    _ bytes: ByteStorage, _ range: Range<Int>, count: Int, encoding: Int, definition: [UInt8]?,
    repetition: [UInt8]?
  ) throws(ParquetFault) -> ColumnPage {
    var valueCount = count
    var definition = definition
    if let levels = definition {
      let maximum = UInt8(column.maximumDefinitionLevel)
      valueCount = levels.reduce(0) { $0 + ($1 == maximum ? 1 : 0) }
      if valueCount == count { definition = nil }
    }
    let values = try valueDecoder(bytes).decode(
      range, encoding: encoding, count: valueCount, dictionary: dictionary)
    return ColumnPage(
      count: count, definitionLevels: definition, repetitionLevels: repetition, values: values)
  }

  private func valueDecoder(_ bytes: ByteStorage) -> ValueDecoder {
    ValueDecoder(column: column, storage: bytes, maximumBytes: limits.maximumPageBytes)
  }

  /// The bytes of a page body as they were before compression: in the file itself, or in a buffer
  /// of their own.
  private func uncompressed(
    _ body: Range<Int>, size: Int
  ) throws(ParquetFault) -> (ByteStorage, Range<Int>) {
    guard codec != .uncompressed else { return (storage, body) }
    guard size <= limits.maximumPageBytes else {
      throw .tooLarge(
        "a page claims \(size) bytes, more than the limit of \(limits.maximumPageBytes)")
    }
    let bytes = try codec.decompress(body, of: storage, size: size)
    // A row group of images can be one page: its compressed form need not stay beside the other.
    if body.count >= Self.largePage { storage.dropPages(in: body) }
    return (ByteStorage(bytes), 0..<bytes.count)
  }

  func requireRunLength(_ encoding: Int, _ subject: String) throws(ParquetFault) {
    guard encoding == ParquetEncoding.runLength.rawValue else {
      throw .unsupported(
        "\(subject) in the encoding \(ParquetEncoding.name(encoding)) are not supported")
    }
  }

  /// Takes a run of levels with its four-byte length off the front of `range`.
  private func prefixedRun(
    _ bytes: ByteStorage, _ range: inout Range<Int>, _ subject: String
  ) throws(ParquetFault) -> Range<Int> {
    guard range.count >= 4 else { throw .truncated("the run of \(subject)") }
    let length = bytes.withBytes(in: range) { (span: RawSpan) in
      Int(span.littleEndian(at: 0, as: UInt32.self))
    }
    guard length <= range.count - 4 else { throw .truncated("the run of \(subject)") }
    let start = range.lowerBound + 4
    range = start + length..<range.upperBound
    return start..<start + length
  }

  func levels(
    _ bytes: ByteStorage, _ range: Range<Int>, maximum: Int, count: Int, subject: String
  ) throws(ParquetFault) -> [UInt8] {
    let bitWidth = Int.bitWidth - maximum.leadingZeroBitCount
    let levels = try bytes.withBytes(in: range) { (span: RawSpan) throws(ParquetFault) in
      try RunLengthDecoder.decode(
        span, bitWidth: bitWidth, count: count, as: UInt8.self, subject: subject)
    }
    if let level = levels.max(), level > maximum {
      throw .damaged("\(subject) are damaged: one is \(level)")
    }
    return levels
  }
}

private func hexadecimal(_ value: UInt32) -> String { String(value, radix: 16) }
