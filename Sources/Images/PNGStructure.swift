/// The chunks of a PNG file, checked the way Pillow checks them before it decodes.
struct PNGStructure {
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  enum ColorType: UInt8 {
    case gray = 0
    case rgb = 2
    case palette = 3
    case grayAlpha = 4
    case rgba = 6
  }

  private(set) var width = 0
  private(set) var height = 0
  private(set) var bitDepth = 0
  private(set) var colorType = ColorType.gray
  private(set) var pillowMode = ""
  /// The palette as stored: red, green, blue of each entry.
  private(set) var palette: [UInt8] = []
  /// Where the first IDAT chunk begins.
  private(set) var imageDataOffset = 0

  /// Walks the chunks up to the first IDAT.
  ///
  /// As in Pillow every chunk before the image data must be whole and have a right checksum; the
  /// checksums of the image data itself and whatever follows it do not matter.
  init(_ bytes: [UInt8]) throws(ImageError) {
    var offset = Self.signature.count
    var seenHeader = false
    while let chunk = Chunk(bytes, at: offset) {
      guard chunk.hasValidName else {
        throw ImageError(.corrupt, "the PNG has a broken chunk at byte \(offset)")
      }
      if chunk.name == "IDAT" {
        guard seenHeader else {
          throw ImageError(.corrupt, "the PNG has no header (IHDR) before its image data")
        }
        imageDataOffset = offset
        return
      }
      if chunk.name == "IEND" { throw ImageError(.corrupt, "the PNG has no image data (IDAT)") }
      guard chunk.isWhole else {
        throw ImageError(.truncated, "the PNG ends inside its \(chunk.name) chunk")
      }
      guard chunk.hasValidChecksum(in: bytes) else {
        throw ImageError(.corrupt, "the checksum of the PNG's \(chunk.name) chunk is wrong")
      }
      if chunk.name == "IHDR" {
        try readHeader(bytes, chunk)
        seenHeader = true
      } else if chunk.name == "PLTE" {
        palette = Array(bytes[chunk.data])
      }
      offset = chunk.end
    }
    throw ImageError(.truncated, "the PNG ends before its image data")
  }

  private mutating func readHeader(_ bytes: [UInt8], _ chunk: Chunk) throws(ImageError) {
    let start = chunk.data.lowerBound
    guard chunk.data.count >= 13, let width = bytes.bigEndian32(at: start),
      let height = bytes.bigEndian32(at: start + 4)
    else {
      throw ImageError(.corrupt, "the PNG's header is too short")
    }
    self.width = width
    self.height = height
    bitDepth = Int(bytes[start + 8])
    guard let colorType = ColorType(rawValue: bytes[start + 9]),
      let mode = Self.mode(colorType, bitDepth)
    else {
      throw ImageError(
        .corrupt, "the PNG's colour type \(bytes[start + 9]) with \(bitDepth) bits does not exist")
    }
    self.colorType = colorType
    pillowMode = mode
    guard bytes[start + 11] == 0 else {
      throw ImageError(.corrupt, "the PNG's filter method \(bytes[start + 11]) does not exist")
    }
  }

  /// Pillow's mode for a colour type and bit depth; nil where the PNG standard has no such
  /// combination.
  private static func mode(_ colorType: ColorType, _ bitDepth: Int) -> String? {
    switch (colorType, bitDepth) {
    case (.gray, 1): "1"
    case (.gray, 2), (.gray, 4), (.gray, 8): "L"
    case (.gray, 16): "I;16"
    case (.rgb, 8), (.rgb, 16): "RGB"
    case (.palette, 1), (.palette, 2), (.palette, 4), (.palette, 8): "P"
    case (.grayAlpha, 8): "LA"
    case (.grayAlpha, 16), (.rgba, 8), (.rgba, 16): "RGBA"
    default: nil
    }
  }

  /// The fewest bytes that the stored rows take, without their filter bytes.
  var storedByteCount: Int {
    let channels =
      switch colorType {
      case .gray, .palette: 1
      case .grayAlpha: 2
      case .rgb: 3
      case .rgba: 4
      }
    return (width * channels * bitDepth + 7) / 8 * height
  }
}

extension PNGStructure {
  /// One chunk's place in the file.
  struct Chunk {
    let name: String
    /// The bytes between the name and the checksum, cut off at the file's end.
    let data: Range<Int>
    /// Where the next chunk begins.
    let end: Int
    /// Whether data and checksum lie inside the file.
    let isWhole: Bool
    private let nameOffset: Int

    /// Nil where not even the length and the name fit into the file.
    init?(_ bytes: [UInt8], at offset: Int) {
      guard let length = bytes.bigEndian32(at: offset), offset + 8 <= bytes.count else {
        return nil
      }
      nameOffset = offset + 4
      name = String(decoding: bytes[nameOffset..<nameOffset + 4], as: UTF8.self)
      let start = offset + 8
      end = start + length + 4
      isWhole = end <= bytes.count
      data = start..<min(start + length, bytes.count)
    }

    var hasValidName: Bool {
      name.utf8.count == 4
        && name.utf8.allSatisfy { byte in
          (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || byte == UInt8(ascii: "_")
        }
    }

    func hasValidChecksum(in bytes: [UInt8]) -> Bool {
      bytes.bigEndian32(at: data.upperBound)
        == Int(Self.checksum(bytes[nameOffset..<data.upperBound]))
    }

    /// CRC-32 as in the PNG standard, annex D.
    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
      var register: UInt32 = 0xFFFF_FFFF
      for byte in bytes {
        register = table[Int((register ^ UInt32(byte)) & 0xFF)] ^ (register >> 8)
      }
      return ~register
    }

    private static let table: [UInt32] = (0..<256).map { index in
      (0..<8).reduce(UInt32(index)) { register, _ in
        register & 1 == 1 ? 0xEDB8_8320 ^ (register >> 1) : register >> 1
      }
    }
  }
}
