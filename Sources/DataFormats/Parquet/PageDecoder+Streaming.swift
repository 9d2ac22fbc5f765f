/// Large pages of byte strings that are not decompressed as a whole; only ``ParquetByteColumn``
/// asks for them.
extension PageDecoder {
  /// Whether a page holds byte strings one after another, compressed, and more of them than should
  /// be in memory together.
  func isStreamed(_ page: ColumnChunkPages.Page) -> Bool {
    guard codec != .uncompressed, column.physicalType == .byteArray, column.listDepth == 0,
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
    var body = page.body
    var size = page.header.uncompressedByteCount
    var lead = 0  // decompressed bytes before the first value
    var levels: [UInt8]?
    let count: Int
    switch page.header.kind {
    case .data(let valueCount, _, let definitionEncoding, _):
      count = valueCount
      if column.maximumDefinitionLevel > 0 {
        try requireRunLength(definitionEncoding, "definition levels")
        let stream = try PageStream(body, of: storage, codec: codec, size: size)
        let length = try stream.read(4).withUnsafeBytes {
          Int(UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self)))
        }
        guard length <= stream.bytesLeft, length <= limits.maximumPageBytes else {
          throw .truncated("the run of definition levels")
        }
        levels = try definitionLevels(
          ByteStorage(try stream.read(length)), 0..<length, count: count)
        lead = 4 + length
      }
    case .dataV2(let header):
      count = header.valueCount
      let start = try levelByteCount(of: header, page)
      if column.maximumDefinitionLevel > 0 {
        let first = body.lowerBound + header.repetitionByteCount
        levels = try definitionLevels(
          storage, first..<first + header.definitionByteCount, count: count)
      }
      body = body.lowerBound + start..<body.upperBound
      size -= start
    case .dictionary, .other: return nil
    }
    let maximum = UInt8(column.maximumDefinitionLevel)
    let present = levels.map { $0.count { $0 == maximum } } ?? count
    let (storage, codec) = (storage, codec)
    let values = try StreamedByteValues(count: present, maximumBytes: limits.maximumPageBytes) {
      () throws(ParquetFault) in
      let stream = try PageStream(body, of: storage, codec: codec, size: size)
      try stream.skip(lead)
      return stream
    }
    return (values, present == count ? nil : levels)
  }

  private func definitionLevels(
    _ bytes: ByteStorage, _ range: Range<Int>, count: Int
  ) throws(ParquetFault) -> [UInt8] {
    try levels(
      bytes, range, maximum: column.maximumDefinitionLevel, count: count,
      subject: "the definition levels")
  }
}
