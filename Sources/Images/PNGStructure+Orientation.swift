extension PNGStructure {
  /// The longest text that is inflated, as in Pillow (`MAX_TEXT_CHUNK`).
  private static let longestText = 1 << 20

  /// The EXIF orientation as Pillow finds it: in an `eXIf` chunk, else in a hexadecimal text `Raw
  /// profile type exif`, else in an XMP text; before or after the image data.
  func orientation(in bytes: [UInt8]) -> Int? {
    var metadata = ImageMetadata()
    var profile: [UInt8]?
    var offset = Self.signature.count
    while let chunk = Chunk(bytes, at: offset), chunk.isWhole, chunk.name != "IEND" {
      let data = bytes[chunk.data]
      switch chunk.name {
      case "eXIf":
        metadata.exif = Array(data)
      case "tEXt", "zTXt", "iTXt":
        guard let text = Self.text(data, kind: chunk.name) else { break }
        if text.keyword.elementsEqual("XML:com.adobe.xmp".utf8) { metadata.xmp = text.value }
        if text.keyword.elementsEqual("Raw profile type exif".utf8) {
          profile = Self.profileBytes(text.value)
        }
      default:
        break
      }
      offset = chunk.end
    }
    if metadata.exif == nil { metadata.exif = profile }
    return metadata.orientation
  }

  /// The keyword and the (inflated) text of a text chunk; nil where it is broken.
  private static func text(
    _ data: ArraySlice<UInt8>, kind: String
  ) -> (keyword: ArraySlice<UInt8>, value: [UInt8])? {
    guard let keywordEnd = data.firstIndex(of: 0) else { return nil }
    let keyword = data[..<keywordEnd]
    var rest = data[(keywordEnd + 1)...]
    var isCompressed = false
    if kind == "zTXt" {
      guard rest.popFirst() == 0 else { return nil }
      isCompressed = true
    } else if kind == "iTXt" {
      guard let flag = rest.popFirst(), let method = rest.popFirst() else { return nil }
      // The language and the translated keyword stand between the flags and the text.
      for _ in 0..<2 {
        guard let end = rest.firstIndex(of: 0) else { return nil }
        rest = rest[(end + 1)...]
      }
      isCompressed = flag != 0
      if isCompressed && method != 0 { return nil }
    }
    guard isCompressed else { return (keyword, Array(rest)) }
    guard let value = ImageDecoder.inflated(Array(rest), longest: longestText) else { return nil }
    return (keyword, value)
  }

  /// The bytes of ImageMagick's text form: three lines of head, then hexadecimal digits.
  private static func profileBytes(_ text: [UInt8]) -> [UInt8]? {
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard lines.count > 3 else { return nil }
    let digits = lines[3...].joined().filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\r") }
    guard digits.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = hexadecimalValue(digits[index]),
        let low = hexadecimalValue(digits[index + 1])
      else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static func hexadecimalValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
