import Diagnostics

/// The zip archive around an xlsx workbook: the list of its entries, and their bytes on demand.
///
/// Entries are bounded twice: by the size that the archive declares, before anything is inflated,
/// and by the size that the data really has, while it is. Encrypted entries, zip64 and codecs other
/// than deflate are refused by name.
struct XLSXArchive {
  /// The largest entry that is read; a million rows of long answers stay far below it.
  static let largestEntry = 512 << 20
  /// No archive of a workbook has more.
  static let mostEntries = 10_000

  let file: String
  private let bytes: [UInt8]
  private var entries: [String: Entry] = [:]

  private struct Entry {
    var flags: Int
    var method: Int
    var checksum: UInt32
    var compressedSize: Int
    var size: Int
    var headerOffset: Int
  }

  /// Reads the central directory.
  /// - Throws: ``DataFormatError``: no zip archive, a damaged directory, an entry that claims too
  ///   much.
  init(_ bytes: [UInt8], file: String) throws(DataFormatError) {
    self.bytes = bytes
    self.file = file
    guard let end = endRecord() else {
      throw failure(
        .invalidSyntax, "this is no xlsx file: it is not a zip archive, or its end is cut off")
    }
    guard let count = number(end + 10, 2), let size = number(end + 12, 4),
      let start = number(end + 16, 4)
    else {
      throw failure(.invalidSyntax, "the zip directory is cut off")
    }
    guard count != 0xFFFF, start != 0xFFFF_FFFF else {
      throw failure(.unsupportedFeature, "zip64 archives are not supported")
    }
    guard count <= Self.mostEntries else {
      throw failure(.limitExceeded, "the archive claims \(count) entries")
    }
    guard start <= end, size <= end - start else {
      throw failure(.invalidSyntax, "the zip directory lies outside the file")
    }
    var position = start
    for _ in 0..<count { try readEntry(&position, end: end) }
  }

  func has(_ name: String) -> Bool { entries[name] != nil }

  /// The inflated bytes of an entry.
  func contents(_ name: String) throws(DataFormatError) -> [UInt8] {
    guard let entry = entries[name] else {
      throw failure(.missingKey, "the workbook has no part \"\(name)\"")
    }
    guard entry.flags & 1 == 0 else {
      throw failure(.unsupportedFeature, "the workbook is encrypted; save it without a password")
    }
    guard let nameLength = number(entry.headerOffset + 26, 2),
      let extraLength = number(entry.headerOffset + 28, 2),
      number(entry.headerOffset, 4) == 0x0403_4B50
    else { throw damaged(name) }
    let start = entry.headerOffset + 30 + nameLength + extraLength
    guard start <= bytes.count, entry.compressedSize <= bytes.count - start else {
      throw damaged(name)
    }
    let stored = bytes[start..<start + entry.compressedSize]
    let contents: [UInt8]
    switch entry.method {
    case 0: contents = Array(stored)
    case 8:
      do {
        contents = try Inflate.inflated(stored, .raw, limit: entry.size)
      } catch .tooLarge {
        throw failure(
          .limitExceeded,
          """
          the part \"\(name)\" inflates to more than the \(entry.size) bytes that it declares; \
          the file is damaged or a zip bomb
          """
        )
      } catch {
        throw damaged(name)
      }
    default:
      throw failure(
        .unsupportedFeature,
        "the part \"\(name)\" is compressed with zip method \(entry.method), which is not supported"
      )
    }
    guard contents.count == entry.size, Inflate.checksum(contents) == entry.checksum else {
      throw damaged(name)
    }
    return contents
  }

  private mutating func readEntry(_ position: inout Int, end: Int) throws(DataFormatError) {
    guard number(position, 4) == 0x0201_4B50, let flags = number(position + 8, 2),
      let method = number(position + 10, 2),
      let checksum = number(position + 16, 4), let compressed = number(position + 20, 4),
      let size = number(position + 24, 4),
      let nameLength = number(position + 28, 2), let extraLength = number(position + 30, 2),
      let commentLength = number(position + 32, 2),
      let offset = number(position + 42, 4), position + 46 + nameLength <= end,
      let name = String(
        validating: bytes[position + 46..<position + 46 + nameLength], as: UTF8.self)
    else { throw failure(.invalidSyntax, "the zip directory is damaged") }
    guard compressed != 0xFFFF_FFFF, size != 0xFFFF_FFFF, offset != 0xFFFF_FFFF else {
      throw failure(.unsupportedFeature, "zip64 archives are not supported")
    }
    guard size <= Self.largestEntry else {
      throw failure(
        .limitExceeded,
        """
        the part \"\(name)\" claims \(size) bytes, more than the \(Self.largestEntry) that are \
        read; is this a zip bomb?
        """
      )
    }
    // Deflate cannot expand more than some 1032 times.
    guard size <= compressed.multipliedSaturating(by: 1040) + 1024 else {
      throw failure(
        .limitExceeded,
        "the part \"\(name)\" claims \(size) bytes in \(compressed), more than deflate can reach")
    }
    entries[name] = Entry(
      flags: flags, method: method, checksum: UInt32(checksum), compressedSize: compressed,
      size: size, headerOffset: offset)
    position += 46 + nameLength + extraLength + commentLength
  }

  /// The place of the end record, which a comment of up to 65535 bytes may follow.
  private func endRecord() -> Int? {
    guard bytes.count >= 22 else { return nil }
    for position in stride(
      from: bytes.count - 22, through: max(0, bytes.count - 22 - 0xFFFF), by: -1)
    where number(position, 4) == 0x0605_4B50 {
      return position
    }
    return nil
  }

  /// A little-endian number; nil where the file ends before it.
  private func number(_ position: Int, _ count: Int) -> Int? {
    guard position >= 0, position <= bytes.count - count else { return nil }
    return (0..<count).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
  }

  private func damaged(_ name: String) -> DataFormatError {
    failure(.invalidSyntax, "the part \"\(name)\" of the zip archive is damaged")
  }

  func failure(_ code: DataFormatError.Code, _ message: String) -> DataFormatError {
    DataFormatError(code, message, at: Location(file: file))
  }
}
