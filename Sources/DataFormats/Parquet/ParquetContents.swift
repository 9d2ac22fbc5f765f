import Diagnostics

/// An opened file: its bytes and what its footer says, checked. Shared by everything that reads
/// from it.
struct ParquetContents: Sendable {
  let path: String
  let storage: ByteStorage
  let limits: ParquetLimits
  let columns: [ParquetColumn]
  let rowGroups: [ParquetMetadata.RowGroup]
  let rowCount: Int
  let createdBy: String?
  let keyValues: [(key: String, value: String?)]
  /// Where the footer begins, behind the last byte of data.
  let dataEnd: Int

  /// Maps the file and reads its footer; no page is touched.
  /// - Throws: ``ParquetFault``: no Parquet file, damaged, or refused as a whole.
  init(path: String, limits: ParquetLimits) throws(ParquetFault) {
    try self.init(try ByteStorage(mapping: path), path: path, limits: limits)
  }

  init(_ storage: ByteStorage, path: String, limits: ParquetLimits) throws(ParquetFault) {
    let count = storage.count
    let head = storage.copy(0..<min(count, 40))
    if let refusal = PlaceholderFile.refusal(head) { throw .damaged(refusal) }
    let mark = Array("PAR1".utf8)
    guard count >= 12, head.starts(with: mark) else {
      throw .damaged("this is not a Parquet file: it does not begin with PAR1")
    }
    let tail = storage.copy(count - 8..<count)
    if tail.suffix(4).elementsEqual("PARE".utf8) {
      throw .unsupported("the file has an encrypted footer, which is not supported")
    }
    guard tail.suffix(4).elementsEqual(mark) else {
      throw .damaged("the file does not end with PAR1; it is cut off or still being written")
    }
    let footerByteCount = tail.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    guard footerByteCount <= count - 12 else {
      throw .damaged("the footer claims \(footerByteCount) bytes in a file of \(count)")
    }
    dataEnd = count - 8 - footerByteCount
    let metadata = try ParquetMetadata(parsing: storage.copy(dataEnd..<count - 8))
    storage.dropPages(in: dataEnd..<count)
    guard !metadata.isEncrypted else {
      throw .unsupported("the file is encrypted, which is not supported")
    }
    self.path = path
    self.storage = storage
    self.limits = limits
    columns = try ParquetSchema(metadata.schema).columns
    rowGroups = metadata.rowGroups
    rowCount = metadata.rowCount
    createdBy = metadata.createdBy
    keyValues = metadata.keyValues
    try checkCounts()
  }

  /// The footer's numbers must agree with each other and with the size of the file, so that nobody
  /// counts to 2^40.
  private func checkCounts() throws(ParquetFault) {
    var total = 0
    for (index, group) in rowGroups.enumerated() {
      let name = "row group \(index + 1)"
      guard group.chunks.count == columns.count else {
        throw .damaged(
          "\(name) has \(group.chunks.count) columns where the schema has \(columns.count)")
      }
      let (sum, overflow) = total.addingReportingOverflow(group.rowCount)
      guard group.rowCount >= 0, !overflow else {
        throw .damaged("\(name) claims \(group.rowCount) rows")
      }
      total = sum
      for (column, chunk) in zip(columns, group.chunks) where !chunk.isEncrypted {
        try check(chunk, of: column, rowCount: group.rowCount, name)
      }
    }
    guard total == rowCount else {
      throw .damaged("the footer claims \(rowCount) rows where its row groups have \(total)")
    }
    guard rowCount == 0 || !columns.isEmpty else {
      throw .damaged("the footer claims \(rowCount) rows without any column")
    }
  }

  private func check(
    _ chunk: ParquetMetadata.ColumnChunk, of column: ParquetColumn, rowCount: Int, _ name: String
  ) throws(ParquetFault) {
    guard chunk.path.isEmpty || chunk.path.joined(separator: ".") == column.storedPath else {
      throw .damaged(
        """
        \(name) has the column \(chunk.path.joined(separator: ".")) where the schema has \
        \(column.storedPath)
        """
      )
    }
    guard column.listDepth > 0 ? chunk.valueCount >= rowCount : chunk.valueCount == rowCount else {
      throw .damaged(
        "column \(column.path), \(name) claims \(chunk.valueCount) values for \(rowCount) rows")
    }
    // A page takes at least 8 bytes for its header, and the entries of a page are limited.
    let most = (max(0, chunk.compressedByteCount) / 8 + 1).multipliedSaturating(
      by: limits.maximumPageValues)
    guard chunk.valueCount <= most else {
      throw .damaged(
        """
        column \(column.path), \(name) claims \(chunk.valueCount) values, which its \
        \(chunk.compressedByteCount) bytes cannot hold
        """
      )
    }
  }

  /// The column that `name` means: its path as users write it, or as the file stores it.
  /// - Throws: ``DataFormatError`` `missing-key` that names the nearest column.
  func column(_ name: String) throws(DataFormatError) -> ParquetColumn {
    let matches = columns.filter { $0.path == name || $0.storedPath == name }
    guard let match = matches.first else {
      throw DataFormatError(
        .missingKey,
        "the column \"\(name)\" is missing; \(suggestion(for: name, among: columns.map(\.path)))",
        at: Location(file: path))
    }
    guard matches.count == 1 else {
      throw DataFormatError(
        .invalidSyntax, "the column \"\(name)\" is there \(matches.count) times",
        at: Location(file: path))
    }
    return match
  }

  func place(_ column: ParquetColumn, rowGroup: Int) -> String {
    "column \(column.path), row group \(rowGroup + 1)"
      + (rowGroups.count > 1 ? " of \(rowGroups.count)" : "")
  }

  /// Runs `body` and says where its fault lies.
  func locating<Result>(
    _ column: ParquetColumn, rowGroup: Int, _ body: () throws(ParquetFault) -> Result
  ) throws(DataFormatError) -> Result {
    do { return try body() } catch {
      throw error.located(file: path, place: place(column, rowGroup: rowGroup))
    }
  }
}
