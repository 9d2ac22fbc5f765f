/// Cuts a text at added tokens: leftmost first, and of those that start at one place the longest.
///
/// A byte trie; UTF-8 is self-synchronising, so a match of bytes is a match of scalars.
struct AddedTokenSplitter: Sendable {
  enum Segment: Hashable {
    case text(Range<Int>)
    case token(Int)
  }

  private struct Node {
    var children: [UInt8: Int32] = [:]
    var id: Int?
  }

  private var nodes = [Node()]
  private var isFirstByte = [Bool](repeating: false, count: 256)
  private var flags: [Int: AddedToken] = [:]
  private let isWhitespace: @Sendable (Unicode.Scalar) -> Bool

  /// - Parameter isWhitespace: what tokens that strip their neighbours eat; Python's and Rust's
  ///   ideas differ.
  init(_ tokens: [Int: AddedToken], isWhitespace: @escaping @Sendable (Unicode.Scalar) -> Bool) {
    self.isWhitespace = isWhitespace
    for (id, token) in tokens where !token.content.isEmpty {
      insert(token.content, id: id)
      flags[id] = token
    }
  }

  private mutating func insert(_ content: [UInt8], id: Int) {
    isFirstByte[Int(content[0])] = true
    var node = 0
    for byte in content {
      if let next = nodes[node].children[byte] {
        node = Int(next)
      } else {
        nodes.append(Node())
        nodes[node].children[byte] = Int32(nodes.count - 1)
        node = nodes.count - 1
      }
    }
    nodes[node].id = id
  }

  /// The text as segments; ranges are byte offsets, none is empty.
  func split(_ text: [UInt8]) -> [Segment] {
    guard !flags.isEmpty else { return text.isEmpty ? [] : [.text(0..<text.count)] }
    var segments: [Segment] = []
    var textStart = 0
    var position = 0
    while position < text.count {
      guard isFirstByte[Int(text[position])], let match = longestMatch(in: text, at: position)
      else {
        position += 1
        continue
      }
      if textStart < position { segments.append(.text(textStart..<position)) }
      segments.append(.token(match.id))
      position = match.end
      textStart = position
    }
    if textStart < text.count { segments.append(.text(textStart..<text.count)) }
    return stripped(segments, of: text)
  }

  private func longestMatch(in text: [UInt8], at start: Int) -> (id: Int, end: Int)? {
    var node = 0
    var best: (id: Int, end: Int)?
    var position = start
    while position < text.count, let next = nodes[node].children[text[position]] {
      node = Int(next)
      position += 1
      if let id = nodes[node].id { best = (id, position) }
    }
    return best
  }

  private func stripped(_ segments: [Segment], of text: [UInt8]) -> [Segment] {
    var result: [Segment] = []
    result.reserveCapacity(segments.count)
    for (index, segment) in segments.enumerated() {
      guard case .text(var range) = segment else {
        result.append(segment)
        continue
      }
      if index > 0, case .token(let id) = segments[index - 1], flags[id]?.stripsRight == true {
        range = withoutLeadingWhitespace(range, of: text)
      }
      if index + 1 < segments.count, case .token(let id) = segments[index + 1],
        flags[id]?.stripsLeft == true
      {
        range = withoutTrailingWhitespace(range, of: text)
      }
      if !range.isEmpty { result.append(.text(range)) }
    }
    return result
  }

  private func withoutLeadingWhitespace(_ range: Range<Int>, of text: [UInt8]) -> Range<Int> {
    var start = range.lowerBound
    for scalar in String(decoding: text[range], as: UTF8.self).unicodeScalars {
      guard isWhitespace(scalar) else { break }
      start += UTF8.width(scalar)
    }
    return start..<range.upperBound
  }

  private func withoutTrailingWhitespace(_ range: Range<Int>, of text: [UInt8]) -> Range<Int> {
    var end = range.upperBound
    for scalar in String(decoding: text[range], as: UTF8.self).unicodeScalars.reversed() {
      guard isWhitespace(scalar) else { break }
      end -= UTF8.width(scalar)
    }
    return range.lowerBound..<end
  }
}

/// Python's `str.isspace` for one scalar.
@Sendable func isPythonWhitespace(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F,
    0x205F, 0x3000:
    true
  default: false
  }
}

/// The Unicode property White_Space: Rust's `char::is_whitespace` and `\s` of the pre-tokenizers'
/// regular expressions.
@Sendable func isUnicodeWhitespace(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F,
    0x3000:
    true
  default: false
  }
}
