/// The markers of a JPEG file up to its first scan, read the way Pillow reads them, and whether the
/// file is whole.
struct JPEGStructure {
  private(set) var width = 0
  private(set) var height = 0
  /// The number of colour components: 1, 3 or 4.
  private(set) var components = 0
  private(set) var metadata = ImageMetadata()

  /// Reads the markers.
  /// - Throws: ``ImageError``: no frame or no scan, other than 8 bits or 1, 3 or 4 components, or
  ///   no end-of-image marker. Pillow calls the last a truncated file, also where all rows are
  ///   there.
  init(_ bytes: [UInt8]) throws(ImageError) {
    var position = 2
    while let (marker, segment) = try Self.nextSegment(bytes, from: &position) {
      switch marker {
      case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF, 0xDE: try readFrame(bytes, segment)
      case 0xE1: readApplicationData(bytes, segment)
      case 0xDA:
        guard components > 0 else {
          throw ImageError(.corrupt, "the JPEG has no frame header before its first scan")
        }
        guard Self.hasEndOfImage(bytes, from: position) else {
          throw ImageError(.truncated, "the JPEG is truncated: it has no end-of-image marker")
        }
        return
      default: break
      }
    }
    throw ImageError(.truncated, "the JPEG ends before its image data")
  }

  /// The next marker with a segment, and where the segment's contents lie; nil at the end of the
  /// file.
  ///
  /// Junk between segments is skipped, as Pillow and libjpeg do.
  private static func nextSegment(
    _ bytes: [UInt8], from position: inout Int
  ) throws(ImageError) -> (UInt8, Range<Int>)? {
    while position + 1 < bytes.count {
      guard bytes[position] == 0xFF else {
        position += 1
        continue
      }
      let marker = bytes[position + 1]
      switch marker {
      case 0xFF:
        position += 1
      case 0x00, 0xC8, 0xD0...0xD9, 0xF0...0xFD:
        position += 2
      case 0x01..<0xC0:
        throw ImageError(.corrupt, "the JPEG has a broken marker at byte \(position)")
      default:
        guard let length = bytes.bigEndian16(at: position + 2) else { return nil }
        let start = position + 4
        let end = position + 2 + max(length, 2)
        guard end <= bytes.count else {
          throw ImageError(.truncated, "the JPEG ends inside a header segment")
        }
        position = end
        return (marker, start..<end)
      }
    }
    return nil
  }

  private mutating func readFrame(_ bytes: [UInt8], _ segment: Range<Int>) throws(ImageError) {
    guard segment.count >= 6, let height = bytes.bigEndian16(at: segment.lowerBound + 1),
      let width = bytes.bigEndian16(at: segment.lowerBound + 3)
    else { throw ImageError(.corrupt, "the JPEG's frame header is too short") }
    let bits = bytes[segment.lowerBound]
    guard bits == 8 else {
      throw ImageError(
        .unsupportedFormat, "the JPEG has \(bits) bits per sample; convert it to 8 bits")
    }
    let components = Int(bytes[segment.lowerBound + 5])
    guard [1, 3, 4].contains(components) else {
      throw ImageError(
        .unsupportedFormat, "the JPEG has \(components) colour components; 1, 3 and 4 are supported"
      )
    }
    self.width = width
    self.height = height
    self.components = components
  }

  private mutating func readApplicationData(_ bytes: [UInt8], _ segment: Range<Int>) {
    let data = bytes[segment]
    let exifPrefix = Array("Exif\0\0".utf8)
    let xmpPrefix = Array("http://ns.adobe.com/xap/1.0/\0".utf8)
    if data.starts(with: exifPrefix) {
      // A long block is continued in further segments.
      metadata.exif = (metadata.exif ?? []) + data.dropFirst(exifPrefix.count)
    } else if data.starts(with: xmpPrefix) {
      metadata.xmp = Array(data.dropFirst(xmpPrefix.count))
    }
  }

  /// Whether an end-of-image marker follows the scans that begin at `start`, in a place where the
  /// decoder meets it.
  private static func hasEndOfImage(_ bytes: [UInt8], from start: Int) -> Bool {
    var position = start
    while position + 1 < bytes.count {
      guard bytes[position] == 0xFF else {
        position += 1
        continue
      }
      switch bytes[position + 1] {
      case 0xD9: return true
      case 0xFF: position += 1
      case 0x00..<0xC0, 0xD0...0xD8: position += 2
      default:
        guard let length = bytes.bigEndian16(at: position + 2) else { return false }
        position += 2 + max(length, 2)
      }
    }
    return false
  }
}
