/// The size of an image from the first bytes of its file, without decoding it.
public enum ImageHeader {
  /// - Throws: ``ImageError`` for a file that is none of PNG, JPEG and WebP, or ends before its
  ///   size.
  public static func size(of bytes: [UInt8], name: String) throws(ImageError) -> PixelSize {
    switch ImageDecoder.recognize(bytes) {
    case .png where bytes.count >= 24:
      return PixelSize(width: integer(bytes, 16, count: 4), height: integer(bytes, 20, count: 4))
    case .jpeg:
      if let size = jpegFrame(bytes) { return size }
    default: break
    }
    // Rare formats and damaged headers: the decoder knows more, and says what is wrong.
    let image = try ImageDecoder.decode(bytes, name: name).image
    return PixelSize(width: image.width, height: image.height)
  }

  /// The size in a JPEG's frame header (SOF0 to SOF15 without DHT, JPG and DAC).
  private static func jpegFrame(_ bytes: [UInt8]) -> PixelSize? {
    var position = 2
    while position + 9 <= bytes.count {
      guard bytes[position] == 0xFF else { return nil }
      let marker = bytes[position + 1]
      switch marker {
      case 0xFF: position += 1
      case 0x01, 0xD0...0xD8: position += 2
      case 0xC0...0xCF where ![0xC4, 0xC8, 0xCC].contains(marker):
        return PixelSize(
          width: integer(bytes, position + 7, count: 2),
          height: integer(bytes, position + 5, count: 2))
      default: position += 2 + max(2, integer(bytes, position + 2, count: 2))
      }
    }
    return nil
  }

  /// A big-endian number.
  private static func integer(_ bytes: [UInt8], _ start: Int, count: Int) -> Int {
    bytes[start..<start + count].reduce(0) { $0 << 8 | Int($1) }
  }
}
