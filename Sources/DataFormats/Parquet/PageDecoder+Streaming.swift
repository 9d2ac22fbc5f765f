/// Large pages of byte strings that are not decompressed as a whole; only ``ParquetByteColumn``
/// asks for them.
extension PageDecoder {
  /// Whether a page holds byte strings one after another, compressed, and more of them than should
  /// be in memory together.
  func isStreamed(_ page: ColumnChunkPages.Page) -> Bool {
    guard codec != .uncompressed, column.physicalType == .byteArray,
      page.header.uncompressedByteCount >= limits.streamedPageBytes
    else { return false }
    switch page.header.kind {
    case .data(_, let encoding, _, _): return encoding == ParquetEncoding.plain.rawValue
    case .dataV2(let header):
      return header.isCompressed && header.encoding == ParquetEncoding.plain.rawValue
    case .dictionary(_, let encoding):
      return encoding == ParquetEncoding.plain.rawValue
        || encoding == ParquetEncoding.plainDictionary.rawValue
    case .other: return false
    }
  }

  /// A dictionary whose entries are read as they are asked for; the pages that refer to it give
  /// their numbers.
  mutating func streamDictionary(
    _ page: ColumnChunkPages.Page
  ) throws(ParquetFault) -> StreamedByteValues? {
    guard case .dictionary(let count, _) = page.header.kind else { return nil }
    try check(page)
    try takeNumberedDictionary(count: count)
    let (storage, codec, limits) = (storage, codec, limits)
    return try StreamedByteValues(count: count, maximumBytes: limits.maximumPageBytes) {
      () throws(ParquetFault) in
      try PageStream(page.body, of: storage, codec: codec, size: page.header.uncompressedByteCount)
    }
  }

  /// The values of a data page, and the definition levels where there are nulls.
  func streamValues(
    _ page: ColumnChunkPages.Page
  ) throws(ParquetFault) -> (values: StreamedByteValues, levels: [UInt8]?)? {
    try check(page)
    guard let count = page.header.valueCount else { return nil }
    let leading = try leadingLevels(of: page)
    var body = page.body
    var size = page.header.uncompressedByteCount
    var lead = leading.byteCount  // decompressed bytes before the first value
    if case .dataV2 = page.header.kind {
      body = body.lowerBound + lead..<body.upperBound
      size -= lead
      lead = 0
    }
    let maximum = UInt8(column.maximumDefinitionLevel)
    let present = leading.definition.map { $0.count { $0 == maximum } } ?? count
    let (storage, codec) = (storage, codec)
    let values = try StreamedByteValues(count: present, maximumBytes: limits.maximumPageBytes) {
      () throws(ParquetFault) in
      let stream = try PageStream(body, of: storage, codec: codec, size: size)
      try stream.skip(lead)
      return stream
    }
    return (values, present == count ? nil : leading.definition)
  }

  /// The levels of a data page, which stand before its values.
  struct LeadingLevels {
    var repetition: [UInt8]?
    var definition: [UInt8]?
    /// The bytes that they take.
    var byteCount = 0
  }

  /// Reads the levels of a data page without its values; of a compressed page no more is
  /// decompressed than they need.
  func leadingLevels(of page: ColumnChunkPages.Page) throws(ParquetFault) -> LeadingLevels {
    switch page.header.kind {
    case .data(let count, _, let definitionEncoding, let repetitionEncoding):
      if column.listDepth > 0 { try requireRunLength(repetitionEncoding, "repetition levels") }
      if column.maximumDefinitionLevel > 0 {
        try requireRunLength(definitionEncoding, "definition levels")
      }
      return try prefixedLevels(of: page, count: count)
    case .dataV2(let header):
      var levels = LeadingLevels(byteCount: try levelByteCount(of: header, page))
      let first = page.body.lowerBound
      let middle = first + header.repetitionByteCount
      if column.listDepth > 0 {
        levels.repetition = try self.levels(
          storage, first..<middle, maximum: column.listDepth, count: header.valueCount,
          subject: "the repetition levels")
      }
      if column.maximumDefinitionLevel > 0 {
        levels.definition = try self.levels(
          storage, middle..<middle + header.definitionByteCount,
          maximum: column.maximumDefinitionLevel, count: header.valueCount,
          subject: "the definition levels")
      }
      return levels
    case .dictionary, .other: return LeadingLevels()
    }
  }

  /// Version 1: each run of levels with its length in front, compressed together with the values.
  private func prefixedLevels(
    of page: ColumnChunkPages.Page, count: Int
  ) throws(ParquetFault) -> LeadingLevels {
    let stream =
      codec == .uncompressed
      ? nil
      : try PageStream(
        page.body, of: storage, codec: codec, size: page.header.uncompressedByteCount)
    var next = page.body.lowerBound
    func take(_ size: Int, _ subject: String) throws(ParquetFault) -> (ByteStorage, Range<Int>) {
      let left = stream?.bytesLeft ?? page.body.upperBound - next
      guard size <= left, size <= limits.maximumPageBytes else { throw .truncated(subject) }
      if let stream { return (ByteStorage(try stream.read(size)), 0..<size) }
      defer { next += size }
      return (storage, next..<next + size)
    }
    var found = LeadingLevels()
    func run(_ subject: String, maximum: Int) throws(ParquetFault) -> [UInt8] {
      let (prefix, place) = try take(4, "the run of \(subject)")
      let length = prefix.withBytes(in: place) { (span: RawSpan) in
        Int(span.littleEndian(at: 0, as: UInt32.self))
      }
      let (bytes, range) = try take(length, "the run of \(subject)")
      found.byteCount += 4 + length
      return try levels(bytes, range, maximum: maximum, count: count, subject: "the \(subject)")
    }
    if column.listDepth > 0 {
      found.repetition = try run("repetition levels", maximum: column.listDepth)
    }
    if column.maximumDefinitionLevel > 0 {
      found.definition = try run("definition levels", maximum: column.maximumDefinitionLevel)
    }
    return found
  }
}
