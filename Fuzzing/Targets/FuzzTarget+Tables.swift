import DataFormats
import Foundation

extension FuzzTarget {
  /// Reads every column of a Parquet file, as values and, where it holds bytes, by row.
  ///
  /// The limits are far below the product's, so that a small file that claims much costs the fuzzer
  /// no time.
  func readParquet(_ bytes: [UInt8]) throws(DataFormatError) {
    let limits = ParquetLimits(
      maximumPageBytes: 1 << 20, maximumPageValues: 1 << 16, maximumColumnValues: 1 << 18)
    var streaming = limits
    streaming.streamedPageBytes = 0
    let file = try ParquetFile(bytes: bytes, path: "fuzzed.parquet", limits: limits)
    let streamedFile = try ParquetFile(bytes: bytes, path: "fuzzed.parquet", limits: streaming)
    for column in file.columns {
      var rows = 0
      do {
        var values = try file.values(column.path)
        while try values.next() != nil { rows += 1 }
        precondition(rows == file.rowCount, "\(rows) rows were read of \(file.rowCount)")
      } catch {
        continue
      }
      // The other two ways to read a column of text must agree with the first about its size.
      if let texts = try? file.texts(column.path) {
        precondition(texts.rowCount == file.rowCount)
        for row in 0..<min(texts.rowCount, 64) { _ = try? texts.texts(row) }
      }
      for row in [0, file.rowCount / 2, file.rowCount - 1] where row >= 0 && row < file.rowCount {
        let whole = try? file.bytes(column: column.path, row: row)
        // Decompressed as a page or value by value, bytes are the same. A damaged page's first
        // values may still be streamed.
        let streamed = try? streamedFile.bytes(column: column.path, row: row)
        if let whole, let streamed {
          precondition(
            whole.copy() == streamed.copy(),
            "row \(row) of \(column.path) differs when it is streamed")
        }
      }
    }
    _ = file.keyValues
  }

  /// Decodes every cell of a tab-separated table.
  func readTSV(_ bytes: [UInt8]) throws(DataFormatError) {
    let table = try TSVTable(Data(bytes), file: "fuzzed.tsv", maximumCellBytes: 1 << 16)
    for row in 0..<table.rowCount {
      for column in table.columns {
        _ = try? table.string(row: row, column: column)
        _ = table.byteCount(row: row, column: column)
      }
    }
  }

  /// Reads the first sheet of a workbook.
  func readXLSX(_ bytes: [UInt8]) throws(DataFormatError) {
    let table = try XLSXTable(bytes, file: "fuzzed.xlsx")
    for row in 0..<table.rowCount {
      for column in table.columns { _ = table.string(row: row, column: column) }
    }
  }
}
