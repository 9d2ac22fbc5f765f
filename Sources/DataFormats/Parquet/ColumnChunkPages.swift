/// Steps through the pages of one column chunk by their headers; bodies are not touched.
///
/// What lies behind is given back to the system from time to time, so that a chunk of any size
/// costs about a mebibyte.
struct ColumnChunkPages {
  /// A page's header and the bytes that follow it.
  struct Page {
    var header: PageHeader
    var body: Range<Int>
  }

  private let storage: ByteStorage
  private let limits: ParquetLimits
  private let end: Int
  private var position: Int
  /// Up to here the mapped file has been given back.
  private var dropped: Int
  private static let dropByteCount = 1 << 20
  /// The entries that the data pages still to come must hold.
  private(set) var entriesLeft: Int

  /// - Parameter end: where the footer begins, behind the last byte of data.
  /// - Throws: ``ParquetFault`` for a chunk that is refused as a whole or lies outside the file.
  init(
    _ chunk: ParquetMetadata.ColumnChunk, of column: ParquetColumn, in storage: ByteStorage,
    before end: Int, limits: ParquetLimits
  ) throws(ParquetFault) {
    guard !chunk.isEncrypted else {
      throw .unsupported("the column is encrypted, which is not supported")
    }
    if let other = chunk.externalFile {
      throw .unsupported("the column lies in another file (\(other)), which is not supported")
    }
    guard chunk.physicalType == column.physicalType.rawValue else {
      throw .damaged(
        """
        the column chunk has the physical type \(chunk.physicalType), the schema \
        \(column.physicalType.rawValue)
        """
      )
    }
    // A chunk without values has no pages, and writers give it any place.
    guard let range = chunk.valueCount == 0 ? 0..<0 : chunk.byteRange(before: end) else {
      throw .damaged(
        """
        the column chunk claims \(chunk.compressedByteCount) bytes from offset \
        \(chunk.dataPageOffset), outside the file's data
        """
      )
    }
    self.storage = storage
    self.limits = limits
    self.end = range.upperBound
    position = range.lowerBound
    dropped = position
    entriesLeft = chunk.valueCount
  }

  /// The next dictionary or data page, or nil after the last.
  mutating func next() throws(ParquetFault) -> Page? {
    dropBehind(atLeast: entriesLeft > 0 ? Self.dropByteCount : 1)
    while entriesLeft > 0 {
      guard position < end else {
        throw .damaged(
          "the pages of the column chunk hold \(entriesLeft) values fewer than the footer declares")
      }
      let header = try PageHeader.read(in: storage, range: position..<end)
      let start = position + header.byteCount
      guard header.compressedByteCount <= end - start else {
        throw .damaged(
          """
          a page claims \(header.compressedByteCount) bytes where the column chunk has \
          \(end - start) left
          """
        )
      }
      let body = start..<start + header.compressedByteCount
      position = body.upperBound
      if let count = header.valueCount {
        guard count >= 0, count <= entriesLeft else {
          throw .damaged(
            "a page claims \(count) values where the column chunk has \(entriesLeft) left")
        }
        guard count <= limits.maximumPageValues else {
          throw .tooLarge(
            "a page claims \(count) values, more than the limit of \(limits.maximumPageValues)")
        }
        entriesLeft -= count
      } else if case .other = header.kind {
        continue
      }
      return Page(header: header, body: body)
    }
    return nil
  }

  private mutating func dropBehind(atLeast count: Int) {
    guard position - dropped >= count else { return }
    storage.dropPages(in: dropped..<position)
    dropped = position
  }
}
