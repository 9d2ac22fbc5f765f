/// How much memory a hostile Parquet file may cost.
public struct ParquetLimits: Sendable {
  /// The largest page that is decompressed or rebuilt in memory. Pages that are read in place are
  /// not limited.
  public var maximumPageBytes: Int
  /// Compressed pages of byte strings from this size on are decompressed value by value, and not
  /// limited but by the length of a value.
  public var streamedPageBytes: Int
  /// The most entries (values and nulls) of one page, of one dictionary, and of the list in one
  /// row.
  public var maximumPageValues: Int
  /// The most entries of a column that is read into one array. Reading row by row is not limited.
  public var maximumColumnValues: Int

  public init(
    maximumPageBytes: Int = 256 << 20, streamedPageBytes: Int = 16 << 20,
    maximumPageValues: Int = 1 << 24,
    maximumColumnValues: Int = 1 << 25
  ) {
    self.maximumPageBytes = maximumPageBytes
    self.streamedPageBytes = streamedPageBytes
    self.maximumPageValues = maximumPageValues
    self.maximumColumnValues = maximumColumnValues
  }
}
