import DataFormats
import Diagnostics
import Foundation
import TestSupport
import Testing

/// Every reader of text against every way in which a file of text arrives.
@Suite struct TextReaderMatrixTests {
  /// A reader of a file: what it finds there, as texts.
  enum Reader: String, CaseIterable, Sendable {
    case json, jsonLines, jsonFile, jsonFileOfLines, tsv, csv, lines

    var content: String {
      switch self {
      case .json, .jsonFile: "[\n\"a\",\n\"b\"\n]\n"
      case .jsonLines, .jsonFileOfLines: "\"a\"\n\"b\"\n"
      case .tsv: "x\ty\na\tb\n"
      case .csv: "x,y\na,b\n"
      case .lines: "a\nb\n"
      }
    }

    var ending: String {
      switch self {
      case .json, .jsonFile: ".json"
      case .jsonLines, .jsonFileOfLines: ".jsonl"
      case .tsv: ".tsv"
      case .csv: ".csv"
      case .lines: ".txt"
      }
    }

    func read(_ path: String) throws -> [String] {
      switch self {
      case .json: return try JSONNode(contentsOf: path).strings()
      case .jsonLines: return try JSONLines.read(path).map { try $0.string() }
      case .jsonFile, .jsonFileOfLines:
        switch try JSONFile(contentsOf: path) {
        case .document(let node): return try node.strings()
        case .lines(_, let nodes): return try nodes.map { try $0.string() }
        }
      case .tsv, .csv:
        let table = try TSVTable(contentsOf: path)
        return try ["x", "y"].map { try table.rawString(row: 0, column: $0) }
      case .lines: return try TextFile.lines(of: path).map(\.text)
      }
    }
  }

  enum Arrival: String, CaseIterable, Sendable {
    case plain, crlf, mark, markAndCRLF, gzip
    case lfsPointer, appleDouble, utf16, nul, empty, onlyMark

    /// The file's bytes, and what its refusal says; nil where it reads as the plain file does.
    func bytes(_ content: String) -> (bytes: [UInt8], refusal: String?) {
      let crlf = content.replacing("\n", with: "\r\n")
      let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
      switch self {
      case .plain: return (Array(content.utf8), nil)
      case .crlf: return (Array(crlf.utf8), nil)
      case .mark: return (mark + content.utf8, nil)
      case .markAndCRLF: return (mark + crlf.utf8, nil)
      case .gzip: return (StoredGzip.bytes(Array(content.utf8)), nil)
      case .lfsPointer:
        let text =
          """
          version https://git-lfs.github.com/spec/v1\noid \
          sha256:\(String(repeating: "0", count: 64))\nsize 1\n
          """
        return (Array(text.utf8), "this is a Git LFS pointer, not the data")
      case .appleDouble: return ([0, 5, 0x16, 7, 0, 2, 0, 0] + content.utf8, "AppleDouble")
      case .utf16: return ([0xFF, 0xFE] + content.utf8.flatMap { [$0, 0] }, "UTF-16")
      case .nul:
        // On the second line.
        let bytes = Array(content.utf8)
        let place = bytes.firstIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return (bytes[..<place] + [0] + bytes[place...], "line 2: a NUL byte")
      case .empty: return ([], "the file is empty")
      case .onlyMark: return (mark, "the file is empty")
      }
    }
  }

  @Test(arguments: Reader.allCases, Arrival.allCases)
  func `a reader opens text, or says what stands in its place`(
    reader: Reader, arrival: Arrival
  ) throws {
    let folder = try TemporaryFolder()
    let (bytes, refusal) = arrival.bytes(reader.content)
    let path = try folder.write(
      bytes, to: "file\(reader.ending)\(arrival == .gzip ? ".gz" : "")")
    guard let refusal else {
      #expect(try reader.read(path) == ["a", "b"])
      return
    }
    #expect {
      try reader.read(path)
    } throws: { error in
      render(error).contains(refusal) && render(error).hasPrefix(path)
    }
  }

  @Test(arguments: [Arrival.lfsPointer, .appleDouble, .empty])
  func `tables of other kinds say it too`(arrival: Arrival) throws {
    let folder = try TemporaryFolder()
    let (bytes, refusal) = arrival.bytes("")
    let workbook = try folder.write(bytes, to: "file.xlsx")
    let parquet = try folder.write(bytes, to: "file.parquet")
    for (path, body) in [
      (workbook, { _ = try XLSXTable(contentsOf: workbook) }),
      (parquet, { _ = try ParquetFile(path: parquet) }),
    ] as [(String, () throws -> Void)] {
      #expect {
        try body()
      } throws: { error in
        // An empty workbook or parquet file is one that is cut off.
        render(error).hasPrefix(path)
          && (arrival == .empty || render(error).contains(refusal ?? ""))
      }
    }
  }

  @Test func `what operating systems leave in folders is no data`() throws {
    let folder = try TemporaryFolder()
    for name in ["b.txt", "a.txt", "._a.txt", ".DS_Store", "__MACOSX/x", "Thumbs.db"] {
      try folder.write("x", to: name)
    }
    #expect(dataFileNames(in: folder.path) == ["a.txt", "b.txt"])
    #expect(dataFileNames(in: folder.path + "/absent").isEmpty)
  }

  @Test func `a document of JSON that is broken is not taken for lines`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("[1,\n{\"a\": ]\n", to: "a.json")
    #expect {
      try JSONFile(contentsOf: path)
    } throws: { error in
      render(error).contains("line 2, column 7")
    }
  }
}
