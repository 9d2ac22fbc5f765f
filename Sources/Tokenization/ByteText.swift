/// Text as UTF-8 bytes, with the few string operations that Python's tokenizers perform on it.
enum ByteText {
  /// U+2581, SentencePiece's visible space.
  static let visibleSpace: [UInt8] = [0xE2, 0x96, 0x81]
  static let space = UInt8(ascii: " ")

  /// Python's `text.replace(old, new)`: left to right, matches do not overlap.
  static func replacing(_ old: [UInt8], with new: [UInt8], in text: [UInt8]) -> [UInt8] {
    guard let first = old.first, text.count >= old.count else { return text }
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var position = 0
    while position < text.count {
      if text[position] == first, text[position...].starts(with: old) {
        result.append(contentsOf: new)
        position += old.count
      } else {
        result.append(text[position])
        position += 1
      }
    }
    return result
  }

  /// Python's `text.split(separator)`.
  static func split(_ text: [UInt8], at separator: [UInt8]) -> [ArraySlice<UInt8>] {
    guard let first = separator.first else { return [text[...]] }
    var parts: [ArraySlice<UInt8>] = []
    var start = 0
    var position = 0
    while position < text.count {
      if text[position] == first, text[position...].starts(with: separator) {
        parts.append(text[start..<position])
        position += separator.count
        start = position
      } else {
        position += 1
      }
    }
    parts.append(text[start...])
    return parts
  }

  /// Hugging Face's `clean_up_tokenization`: ten replacements, one after the other.
  static func cleanedUp(_ text: [UInt8]) -> [UInt8] {
    let replacements: [(StaticString, StaticString)] = [
      (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"),
      (" 'm", "'m"), (" 's", "'s"),
      (" 've", "'ve"), (" 're", "'re"),
    ]
    return replacements.reduce(text) { text, replacement in
      replacing(Array("\(replacement.0)".utf8), with: Array("\(replacement.1)".utf8), in: text)
    }
  }
}
