import Diagnostics
import Foundation

/// The one way in which every reader of text opens a file and finds its lines.
///
/// Inflates gzip, drops a byte order mark, and refuses by name what is no text or not the data:
/// Git LFS pointers and AppleDouble files (both by ``readFile(_:)``), UTF-16, NUL bytes, and a
/// file without any content.
public enum TextFile {
  /// The bytes of a text file, UTF-8 as far as its readers find no other.
  /// - Throws: ``DataFormatError`` naming the file, and the line of a NUL byte.
  public static func bytes(of path: String) throws(DataFormatError) -> [UInt8] {
    var bytes = try readPossiblyCompressedFile(path)
    let mark = try checkedMark(bytes, file: path)
    if mark > 0 { bytes.removeFirst(mark) }
    return bytes
  }

  /// The lines that are not blank, with their numbers counted from 1.
  ///
  /// A line ends at a line feed, and a carriage return before it belongs to the line's end. (In a
  /// Swift `String` both together are one `Character`, which splitting at `\n` does not find.)
  /// - Throws: what ``bytes(of:)`` throws, and for a line that is not UTF-8.
  public static func lines(
    of path: String
  ) throws(DataFormatError) -> [(number: Int, text: String)] {
    var lines: [(number: Int, text: String)] = []
    var number = 0
    for line in byteLines(try bytes(of: path)) {
      number += 1
      if isBlank(line) { continue }
      guard let text = String(validating: line, as: UTF8.self) else {
        throw DataFormatError(
          .invalidSyntax, "the line is not valid UTF-8",
          at: Location(file: path, place: "line \(number)"))
      }
      lines.append((number, text))
    }
    return lines
  }

  /// The lines of a text that is in memory, blank ones included.
  public static func lines(in text: String) -> [String] {
    byteLines(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Every line without its end.
  static func byteLines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map {
      $0.last == 0x0D ? $0.dropLast() : $0
    }
  }

  static func isBlank(_ line: ArraySlice<UInt8>) -> Bool {
    line.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
  }

  /// Checks that bytes can be text at all.
  /// - Returns: the length of the byte order mark
  static func checkedMark(
    _ bytes: some RandomAccessCollection<UInt8>, file: String
  ) throws(DataFormatError) -> Int {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw DataFormatError(
        .invalidSyntax, "the text is UTF-16; save it as UTF-8", at: Location(file: file))
    }
    let mark = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    guard bytes.count > mark else {
      throw DataFormatError(.invalidSyntax, "the file is empty", at: Location(file: file))
    }
    let place = bytes.withContiguousStorageIfAvailable { buffer in
      buffer.baseAddress.flatMap { memchr($0, 0, buffer.count) }.map {
        buffer.baseAddress!.distance(to: $0.assumingMemoryBound(to: UInt8.self))
      }
    }
    if let place = place ?? nil {
      let line = 1 + bytes.prefix(place).count { $0 == 0x0A }
      throw DataFormatError(
        .invalidSyntax,
        "a NUL byte, which no text has; the file is damaged or of another kind than its name says",
        at: Location(file: file, place: "line \(line)"))
    }
    return mark
  }
}

/// What stands in a file's place where the file itself was not fetched or is not data.
enum PlaceholderFile {
  /// The sentence that refuses such bytes; nil for real content.
  static func refusal(_ bytes: some Collection<UInt8>) -> String? {
    if bytes.starts(with: "version https://git-lfs.github.com/spec/".utf8) {
      return "this is a Git LFS pointer, not the data; fetch the file itself, for example with"
        + " git lfs pull"
    }
    if bytes.starts(with: [0x00, 0x05, 0x16, 0x07]) {
      return "this is an AppleDouble file, which macOS writes beside the data; use the file"
        + " without \"._\" before its name"
    }
    return nil
  }
}

/// The names in a folder that can be data, sorted: without what macOS and Windows leave behind
/// (`._x`, `.DS_Store`, `__MACOSX`, `Thumbs.db`, `desktop.ini`). Empty for what is no folder.
public func dataFileNames(in folder: String) -> [String] {
  ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter(isDataFileName)
    .sorted()
}

/// Whether a name can be that of data.
public func isDataFileName(_ name: String) -> Bool {
  !name.hasPrefix("._")
    && ![".DS_Store", "__MACOSX", "Thumbs.db", "desktop.ini"].contains(name)
}
