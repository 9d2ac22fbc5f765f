import DataFormats
import Foundation
import TestSupport
import Testing

/// What of a large file stays in memory while its rows are read one after another.
@Suite(.serialized) struct ParquetMemoryTests {
  /// The pages of the file itself that the system counts as this process's memory, in bytes.
  private static func mappedBytes(of path: String) throws -> Int {
    var total = 0
    var isOurs = false
    for line in try String(contentsOfFile: "/proc/self/smaps", encoding: .utf8).split(
      separator: "\n")
    {
      if line.contains("-") && line.contains(" r") && !line.hasSuffix("kB") {
        isOurs = line.hasSuffix(path)
      }
      if isOurs, line.hasPrefix("Rss:") {
        total += 1024 * (Int(line.split(separator: " ")[1]) ?? 0)
      }
    }
    return total
  }

  /// One page of 48 MiB holds all images, as pyarrow writes a row group.
  @Test func readingImagesOneByOneKeepsLittleOfTheFile() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let image = String(repeating: "x", count: 3 << 20)
      var builder = ParquetBuilder()
      builder.pages = ParquetBuilder.page(
        ParquetBuilder.strings(Array(repeating: image, count: 16)), valueCount: 16)
      (builder.rowCount, builder.valueCount) = (16, 16)
      let path = folder + "/images.parquet"
      try Data(builder.bytes).write(to: URL(fileURLWithPath: path))
      let column = try ParquetFile(path: path).byteColumn("text")
      for row in 0..<16 {
        #expect(try column.bytes(row: row)?.copy().count == 3 << 20)
        #expect(try Self.mappedBytes(of: path) < 8 << 20)
      }
    }
  }
}
