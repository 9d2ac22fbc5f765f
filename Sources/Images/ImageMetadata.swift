/// The EXIF block and the XMP packet of a file, of which only the orientation is used.
struct ImageMetadata {
  /// A TIFF structure; nil where the file has none. A leading `Exif\0\0` is accepted.
  var exif: [UInt8]?
  /// An XML text.
  var xmp: [UInt8]?

  /// The orientation 1...8 that Pillow finds: the EXIF tag, or where that is missing the one in
  /// XMP; nil for none.
  ///
  /// A tag with a value outside of 1...8 counts as present: XMP is not asked then, and nothing is
  /// turned.
  var orientation: Int? {
    if let exif, let value = Self.orientationTag(exif) {
      return (1...8).contains(value) ? value : nil
    }
    if let xmp, let value = Self.orientationInXMP(xmp) {
      return (1...8).contains(value) ? value : nil
    }
    return nil
  }

  /// The value of tag 0x0112 in the first directory of a TIFF structure, 0 where it is no single
  /// integer, nil where it is absent.
  private static func orientationTag(_ block: [UInt8]) -> Int? {
    var base = 0
    while block.holds("Exif\0\0", at: base) { base += 6 }
    let littleEndian: Bool
    if block.holds("II", at: base) {
      littleEndian = true
    } else if block.holds("MM", at: base) {
      littleEndian = false
    } else {
      return nil
    }
    func short(_ offset: Int) -> Int? {
      guard let value = block.bigEndian16(at: offset) else { return nil }
      return littleEndian ? (value & 0xFF) << 8 | value >> 8 : value
    }
    func long(_ offset: Int) -> Int? {
      littleEndian ? block.littleEndian32(at: offset) : block.bigEndian32(at: offset)
    }

    guard short(base + 2) == 42, let directory = long(base + 4),
      let entries = short(base + directory)
    else { return nil }
    for index in 0..<entries {
      let entry = base + directory + 2 + index * 12
      guard let tag = short(entry), let type = short(entry + 2), let count = long(entry + 4),
        entry + 12 <= block.count
      else { return nil }
      guard tag == 0x0112 else { continue }
      guard count == 1 else { return 0 }
      switch type {
      case 3, 8: return short(entry + 8)
      case 4, 9: return long(entry + 8)
      default: return 0
      }
    }
    return nil
  }

  /// The digit after `tiff:Orientation="` or `tiff:Orientation>`, the form that Pillow searches.
  private static func orientationInXMP(_ text: [UInt8]) -> Int? {
    let name = "tiff:Orientation"
    var start = 0
    while let position = text.firstIndex(of: name, from: start, to: text.count) {
      start = position + name.utf8.count
      var digit = start
      if text.holds("=\"", at: digit) {
        digit += 2
      } else if text.holds(">", at: digit) {
        digit += 1
      } else {
        continue
      }
      if digit < text.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[digit]) {
        return Int(text[digit] - UInt8(ascii: "0"))
      }
    }
    return nil
  }
}
