import DataFormats
import Diagnostics
import Foundation
import TestSupport
import Testing

private let folder = TestMaterial.fixtures + "/parquet"
private let writers = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
  .sorted().filter { name in
    name.hasSuffix(".parquet")
      && ["pyarrow-", "datasets", "duckdb-", "polars-"].contains { name.hasPrefix($0) }
  }

/// Large compressed pages are decompressed value by value; here every page counts as large.
@Suite struct ParquetStreamingTests {
  private static let limits = ParquetLimits(streamedPageBytes: 0)

  /// In order, backwards (each value begins the page anew), and twice the same.
  @Test(arguments: writers)
  func streamedValuesEqualThoseOfWholePages(name: String) throws {
    let whole = try ParquetFile(path: "\(folder)/\(name)").byteColumn("image.bytes")
    let streamed = try ParquetFile(path: "\(folder)/\(name)", limits: Self.limits).byteColumn(
      "image.bytes")
    for row in [0, 1, 2, 3, 4, 5, 5, 4, 3, 2, 1, 0, 3, 0, 5] {
      #expect(try streamed.bytes(row: row)?.copy() == whole.bytes(row: row)?.copy(), "row \(row)")
    }
  }

  // MARK: Snappy

  /// A page of strings of 300,000 bytes each, compressed by hand: literals of every length form,
  /// copies of every kind.
  private static func snappyPage(count: Int) -> (compressed: [UInt8], plain: [UInt8]) {
    var plain: [UInt8] = []
    var compressed: [UInt8] = []
    func literal(_ bytes: [UInt8]) {
      let length = bytes.count - 1
      let width = length < 60 ? 0 : length < 1 << 8 ? 1 : length < 1 << 16 ? 2 : 3
      compressed.append(UInt8((width == 0 ? length : 59 + width) << 2))
      compressed += (0..<width).map { UInt8(length >> (8 * $0) & 255) } + bytes
      plain += bytes
    }
    func copy(_ length: Int, _ distance: Int, wide: Bool = false) {
      if (4...11).contains(length), distance < 1 << 11, !wide {
        compressed += [UInt8((distance >> 8) << 5 | (length - 4) << 2 | 1), UInt8(distance & 255)]
      } else {
        let width = wide ? 4 : 2
        compressed +=
          [UInt8((length - 1) << 2 | (wide ? 3 : 2))]
          + (0..<width).map { UInt8(distance >> (8 * $0) & 255) }
      }
      for _ in 0..<length { plain.append(plain[plain.count - distance]) }
    }
    // Incompressible bytes from a fixed seed (xorshift).
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func noise() -> UInt8 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return UInt8(truncatingIfNeeded: state >> 32)
    }
    for value in 0..<count {
      let start = plain.count
      literal(ParquetBuilder.littleEndian(300_000))
      literal((0..<70_000).map { _ in noise() })
      while plain.count - start < 300_004 - 64 {
        copy(64, value % 2 == 0 ? 65_535 : 1)
        copy(7, 1_500)
        copy(33, 40_000, wide: true)
        literal([UInt8(value)])
      }
      literal([UInt8](repeating: 9, count: 300_004 - (plain.count - start)))
    }
    return (compressed, plain)
  }

  private static func varint(_ value: Int) -> [UInt8] {
    value < 128 ? [UInt8(value)] : [UInt8(value & 127 | 128)] + varint(value >> 7)
  }

  private static func file(_ page: [UInt8], valueCount: Int) -> [UInt8] {
    var builder = ParquetBuilder()
    builder.pages = page
    (builder.rowCount, builder.valueCount, builder.codec) = (valueCount, valueCount, 1)
    return builder.bytes
  }

  @Test func copiesAcrossPortionsAreFollowed() throws {
    let count = 6
    let (elements, plain) = Self.snappyPage(count: count)
    let page = ParquetBuilder.page(
      Self.varint(plain.count) + elements, valueCount: count, uncompressed: plain.count)
    let bytes = Self.file(page, valueCount: count)
    // The library that reads whole pages must agree that the page is well formed.
    let whole = try ParquetFile(bytes: bytes, path: "x.parquet").byteColumn("text")
    let streamed = try ParquetFile(bytes: bytes, path: "x.parquet", limits: Self.limits).byteColumn(
      "text")
    for row in [0, 3, 4, 5, 1] {
      let expected = Array(plain[row * 300_004 + 4..<(row + 1) * 300_004])
      #expect(try whole.bytes(row: row)?.copy() == expected)
      #expect(try streamed.bytes(row: row)?.copy() == expected)
    }
  }

  @Test(
    arguments: [
      // a literal of 8 bytes of which 4 are there
      ([8, 28] + ParquetBuilder.littleEndian(4), "cannot be decompressed with Snappy"),
      (
        [9, 28] + ParquetBuilder.littleEndian(4) + [1, 2, 3, 4],
        "cannot be decompressed with Snappy"
      ),  // another size than the header's
      ([8, 12] + ParquetBuilder.littleEndian(4) + [1, 0], "refers back 0 bytes"),
      ([8, 12] + ParquetBuilder.littleEndian(4) + [1, 9], "refers back 9 bytes"),
      // a copy without its distance
      ([8, 12] + ParquetBuilder.littleEndian(4) + [2], "cannot be decompressed with Snappy"),
      (
        [8, 28] + ParquetBuilder.littleEndian(5) + [1, 2, 3, 4],
        "claims 5 bytes where its page has 4 left"
      ),
      ([8, 28] + ParquetBuilder.littleEndian(1 << 31) + [1, 2, 3, 4], "claims 2147483648 bytes"),
      ([8], "cannot be decompressed"), ([], "cannot be decompressed"),
    ] as [([UInt8], String)])
  func aDamagedPageIsNamed(body: [UInt8], complaint: String) throws {
    let bytes = Self.file(ParquetBuilder.page(body, valueCount: 1, uncompressed: 8), valueCount: 1)
    let column = try ParquetFile(bytes: bytes, path: "x.parquet", limits: Self.limits).byteColumn(
      "text")
    for _ in 0..<2 {
      let error = #expect(throws: DataFormatError.self) { try column.bytes(row: 0) }
      #expect(error.map(render)?.contains(complaint) == true)
      #expect(error.map(render)?.hasPrefix("x.parquet: column text, row group 1: ") == true)
    }
  }

  @Test(arguments: [
    "pyarrow-v1-snappy", "pyarrow-v2-zstd", "pyarrow-v1-gzip", "pyarrow-no-dictionary",
  ])
  func everyFlippedByteIsSurvived(name: String) throws {
    let bytes = try readFile("\(folder)/\(name).parquet")
    for place in stride(from: 4, to: bytes.count - 8, by: 13) {
      var damaged = bytes
      damaged[place] ^= 0x55
      guard
        let column = try? ParquetFile(bytes: damaged, path: "x.parquet", limits: Self.limits)
          .byteColumn("image.bytes")
      else { continue }
      for row in 0..<min(column.rowCount, 8) { _ = try? column.bytes(row: row)?.copy() }
    }
  }
}
