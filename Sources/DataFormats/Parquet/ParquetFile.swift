import Synchronization

/// A Parquet file: mapped, read column by column and page by page.
///
/// Only the pages of the columns that are asked for are read; a column's chunk is never in memory
/// as a whole. Columns are named by their dotted path without the wrappers of lists: `question`,
/// `image.bytes`, `answers`.
///
/// What is read: pages of version 1 and 2; uncompressed, Snappy, Zstandard and gzip; the encodings
/// PLAIN, PLAIN_DICTIONARY, RLE_DICTIONARY, RLE, DELTA_BINARY_PACKED, DELTA_LENGTH_BYTE_ARRAY,
/// DELTA_BYTE_ARRAY and BYTE_STREAM_SPLIT; structs and lists. Everything else (LZ4, Brotli, LZO,
/// encryption, int96, decimals, dates and times) is refused by its name. Source: the Apache Parquet
/// format's documentation and `parquet.thrift`.
public final class ParquetFile: Sendable {
  let contents: ParquetContents
  private let byteColumns = Mutex<[Int: ParquetByteColumn]>([:])

  /// Maps the file and reads its footer.
  /// - Throws: ``DataFormatError``: unreadable, no Parquet file, damaged, or encrypted.
  public init(path: String, limits: ParquetLimits = ParquetLimits()) throws(DataFormatError) {
    do { contents = try ParquetContents(path: path, limits: limits) } catch {
      throw error.located(file: path)
    }
  }

  /// Reads a file that is in memory already.
  /// - Parameter path: the name that messages use.
  public init(
    bytes: [UInt8], path: String, limits: ParquetLimits = ParquetLimits()
  ) throws(DataFormatError) {
    do {
      contents = try ParquetContents(ByteStorage(bytes), path: path, limits: limits)
    } catch {
      throw error.located(file: path)
    }
  }

  public var path: String { contents.path }
  public var rowCount: Int { contents.rowCount }
  public var rowGroupCount: Int { contents.rowGroups.count }
  /// The leaves of the schema in the file's order.
  public var columns: [ParquetColumn] { contents.columns }
  /// The program that wrote the file, as it names itself.
  public var createdBy: String? { contents.createdBy }
  /// The key-value pairs of the footer, such as `huggingface` with the features as JSON; the last
  /// of equal keys counts.
  public var keyValues: [String: String] {
    Dictionary(contents.keyValues.map { ($0.key, $0.value ?? "") }, uniquingKeysWith: { $1 })
  }

  public func has(column: String) -> Bool {
    columns.contains { $0.path == column || $0.storedPath == column }
  }

  /// The column of that name.
  /// - Throws: ``DataFormatError`` `missing-key` that names the nearest column.
  public func column(_ name: String) throws(DataFormatError) -> ParquetColumn {
    try contents.column(name)
  }

  /// A reader that gives one column's values row by row.
  public func values(_ column: String) throws(DataFormatError) -> ParquetValueReader {
    ParquetValueReader(contents, try self.column(column))
  }

  /// The rows with the given columns, to be read one after another.
  public func rows(_ columns: [String]) throws(DataFormatError) -> ParquetRows {
    try ParquetRows(contents, columns)
  }

  /// Random access to a column of bytes, or of lists of bytes.
  /// - Throws: ``DataFormatError`` where the column is missing, lies in lists of lists, or does not
  ///   hold bytes.
  public func byteColumn(_ name: String) throws(DataFormatError) -> ParquetByteColumn {
    let column = try self.column(name)
    if column.listDepth > 1 { try requireShape(column, listDepth: 1) }
    guard column.isBytes else { throw mismatch(column, "bytes") }
    return byteColumns.withLock { cached in
      if let known = cached[column.index] { return known }
      let made = ParquetByteColumn(contents, column)
      cached[column.index] = made
      return made
    }
  }

  /// The bytes of one row, nil where the row has none. See ``ParquetByteColumn/bytes(row:)``.
  public func bytes(column: String, row: Int) throws(DataFormatError) -> ParquetBytes? {
    try byteColumn(column).bytes(row: row)
  }
}
