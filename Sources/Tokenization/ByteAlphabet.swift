/// The spelling of bytes in a byte-level vocabulary (GPT-2's table): a printable byte stands for
/// itself as a scalar, the others are numbered from U+0100 on. A space is `Ġ`, a newline `Ċ`.
enum ByteAlphabet {
  /// By byte: the scalar that spells it.
  static let scalars: [Unicode.Scalar] = {
    var next: UInt32 = 0x100
    return (0...255).map { (byte: UInt32) in
      let isPrintable =
        (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || (0xAE...0xFF).contains(byte)
      defer { if !isPrintable { next += 1 } }
      return Unicode.Scalar(isPrintable ? byte : next) ?? "?"
    }
  }()

  /// By byte: the UTF-8 of its scalar.
  static let spellings: [[UInt8]] = scalars.map { Array(String($0).utf8) }

  private static let bytes: [Unicode.Scalar: UInt8] = Dictionary(
    uniqueKeysWithValues: scalars.enumerated().map { ($1, UInt8($0)) })

  /// The UTF-8 spelling of raw bytes.
  static func spelling(of bytes: some Sequence<UInt8>) -> [UInt8] {
    var text: [UInt8] = []
    for byte in bytes { text.append(contentsOf: spellings[Int(byte)]) }
    return text
  }

  /// The raw bytes that a token spells; a token with a scalar outside the alphabet (an added one)
  /// stands for its UTF-8.
  static func bytes(of spelling: [UInt8]) -> [UInt8] {
    var raw: [UInt8] = []
    raw.reserveCapacity(spelling.count)
    for scalar in String(decoding: spelling, as: UTF8.self).unicodeScalars {
      guard let byte = bytes[scalar] else { return spelling }
      raw.append(byte)
    }
    return raw
  }
}
