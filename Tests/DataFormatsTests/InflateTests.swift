import DataFormats
import Diagnostics
import Foundation
import TestSupport
import Testing

@Suite struct InflateTests {
  /// `printf '{"a":1}\n' | gzip -n`, followed by `printf '{"a":2}\n' | gzip -n`.
  static let members: [[UInt8]] = [
    [
      0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xAB, 0x56, 0x4A, 0x54, 0xB2, 0x32, 0xAC, 0xE5, 2, 0,
      0x46, 0xA3, 0xE8, 0x74, 8, 0, 0, 0,
    ],
    [
      0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xAB, 0x56, 0x4A, 0x54, 0xB2, 0x32, 0xAA, 0xE5, 2, 0,
      0x1F, 0x1D, 0xAE, 0x76, 8, 0, 0, 0,
    ],
  ]

  private func withFile<R>(_ bytes: [UInt8], _ body: (String) throws -> R) throws -> R {
    try TestMaterial.withTemporaryFolder { folder in
      let path = folder + "/a.jsonl.gz"
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      return try body(path)
    }
  }

  @Test func gzipFilesAreReadAsWhatTheyHold() throws {
    try withFile(Self.members.flatMap { $0 }) { path in
      let values = try JSONLines.read(path).map { try $0["a"].int() }
      #expect(values == [1, 2])
      #expect(try readPossiblyCompressedFile(path) == Array("{\"a\":1}\n{\"a\":2}\n".utf8))
    }
  }

  @Test func moreThanTheLimitIsRefused() throws {
    try withFile(Self.members[0]) { path in
      let error = #expect(throws: DataFormatError.self) {
        try readPossiblyCompressedFile(path, limit: 7)
      }
      #expect(error?.code == .limitExceeded)
      let whole = try readPossiblyCompressedFile(path, limit: 8)
      #expect(whole.count == 8)
    }
  }

  @Test(arguments: [(17, "cut off"), (27, "cut off"), (2, "cut off")])
  func cutOffFilesAreRefused(count: Int, mentioned: String) throws {
    try withFile(Array(Self.members[0].prefix(count))) { path in
      let error = #expect(throws: DataFormatError.self) { try readPossiblyCompressedFile(path) }
      #expect(error.map { render($0).contains(mentioned) } == true)
    }
  }

  @Test func aWrongChecksumIsRefused() throws {
    var bytes = Self.members[0]
    bytes[20] ^= 1
    try withFile(bytes) { path in
      let error = #expect(throws: DataFormatError.self) { try readPossiblyCompressedFile(path) }
      #expect(error.map { render($0).contains("damaged") } == true)
    }
  }
}
