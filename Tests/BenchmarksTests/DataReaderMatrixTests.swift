import Benchmarks
import Diagnostics
import Evaluation
import Foundation
import TestSupport
import Testing

/// Every layout of text data, with Windows' line ends, with a byte order mark, and where a file was
/// not fetched.
@Suite struct DataReaderMatrixTests {
  private static let folder = TestMaterial.fixtures + "/same-data"
  private static let texts = [".json", ".jsonl", ".tsv", ".txt", ".csv"]

  /// Copies a data folder with every text changed.
  private static func copy(
    _ path: String, _ change: ([UInt8]) -> [UInt8]
  ) throws -> TemporaryFolder {
    let copy = try TemporaryFolder()
    for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder)
      if isFolder.boolValue { continue }
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
      try copy.write(texts.contains(where: name.hasSuffix) ? change(bytes) : bytes, to: name)
    }
    return copy
  }

  private static func unified(_ text: String) -> String {
    text.replacing("\r\n", with: "\n")
  }

  private static let cases = SameDataTests.cases.filter { !$0.layout.hasPrefix("parquet") }

  @Test(arguments: cases)
  func `line ends and marks change nothing`(given: SameDataTests.Case) throws {
    let benchmark = try BenchmarkRegistry.named(given.name)
    let path = "\(Self.folder)/\(given.folder ?? given.name)/\(given.format)"
    let plain = try OpenedData(benchmark, path: path).samples
    for change in [
      { $0.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] } }, { [0xEF, 0xBB, 0xBF] + $0 },
    ] as [([UInt8]) -> [UInt8]] {
      let copy = try Self.copy(path, change)
      let samples = try OpenedData(benchmark, path: copy.path, layoutName: given.layout).samples
      #expect(samples.map(\.id) == plain.map(\.id))
      // A line end inside a quoted cell is part of the text, and stays as it was written.
      #expect(samples.map { Self.unified($0.question) } == plain.map(\.question))
      #expect(samples.map(\.references) == plain.map(\.references))
    }
  }

  /// What macOS leaves beside every file when an archive is unpacked elsewhere.
  @Test(arguments: cases)
  func `files of operating systems are passed over`(given: SameDataTests.Case) throws {
    let benchmark = try BenchmarkRegistry.named(given.name)
    let path = "\(Self.folder)/\(given.folder ?? given.name)/\(given.format)"
    let plain = try OpenedData(benchmark, path: path).samples
    let copy = try Self.copy(path) { $0 }
    for name in try FileManager.default.subpathsOfDirectory(atPath: copy.path) {
      let parts = name.split(separator: "/").map(String.init)
      guard let last = parts.last, last.contains(".") else { continue }
      let double = (parts.dropLast() + ["._" + last]).joined(separator: "/")
      try copy.write([0, 5, 0x16, 7, 0, 2, 0, 0], to: double)
    }
    let samples = try OpenedData(benchmark, path: copy.path).samples
    #expect(samples.map(\.id) == plain.map(\.id))
  }

  @Test(arguments: cases) func `an empty file or a NUL byte is named`(
    given: SameDataTests.Case
  ) throws {
    let benchmark = try BenchmarkRegistry.named(given.name)
    let path = "\(Self.folder)/\(given.folder ?? given.name)/\(given.format)"
    for (change, message) in [
      ({ _ in [] }, "empty"), ({ $0 + [0] }, "a NUL byte"),
    ] as [(([UInt8]) -> [UInt8], String)] {
      let copy = try Self.copy(path, change)
      #expect {
        try OpenedData(benchmark, path: copy.path, layoutName: given.layout)
      } throws: { error in
        render(error).contains(message) && render(error).contains(copy.path)
      }
    }
  }

  @Test(arguments: cases.filter { $0.format == "table" })
  func `a table may be compressed`(given: SameDataTests.Case) throws {
    let benchmark = try BenchmarkRegistry.named(given.name)
    let path = "\(Self.folder)/\(given.name)/table"
    let plain = try OpenedData(benchmark, path: path).samples
    let copy = try TemporaryFolder()
    for name in try FileManager.default.contentsOfDirectory(atPath: path) {
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
      try copy.write(StoredGzip.bytes(bytes), to: name + ".gz")
    }
    let samples = try OpenedData(benchmark, path: copy.path).samples
    #expect(samples.map(\.id) == plain.map(\.id))
    for (one, other) in zip(samples, plain) {
      #expect(try one.images.map { try $0.load() } == other.images.map { try $0.load() })
    }
  }

  @Test(arguments: cases)
  func `a file that was not fetched is said to be none`(given: SameDataTests.Case) throws {
    let benchmark = try BenchmarkRegistry.named(given.name)
    let path = "\(Self.folder)/\(given.folder ?? given.name)/\(given.format)"
    let copy = try Self.copy(path) { _ in
      Array("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n".utf8)
    }
    #expect {
      try OpenedData(benchmark, path: copy.path, layoutName: given.layout)
    } throws: { error in
      render(error).contains("Git LFS pointer")
    }
  }
}
