/// The split of a text into words before byte-pair encoding, as the regular expression of Llama-3
/// and Qwen2 does it:
///
///     (?i:'s|'t|'re|'ve|'m|'ll|'d)
///     |[^\r\n\p{L}\p{N}]?\p{L}+
///     |\p{N}{1,k}
///     | ?[^\s\p{L}\p{N}]+[\r\n]*
///     |\s*[\r\n]+
///     |\s+(?!\S)
///     |\s+
///
/// on one line, with k = 3 (Llama-3) or 1 (Qwen2). Every scalar is whitespace, a letter, a number or something
/// else, so one of the alternatives always matches and the words tile the text.
struct ByteLevelPreTokenizer: Sendable, Hashable {
  /// How many digits a word of digits may have.
  var digitLimit: Int

  static let llama3 = ByteLevelPreTokenizer(digitLimit: 3)
  static let qwen2 = ByteLevelPreTokenizer(digitLimit: 1)

  /// The regular expressions that are recognised, by their text in tokenizer.json.
  static let byPattern: [String: ByteLevelPreTokenizer] = [
    pattern(#"\p{N}{1,3}"#): llama3, pattern(#"\p{N}"#): qwen2,
  ]

  /// The regular expression with this rule for digits.
  static func pattern(_ digits: String) -> String {
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"# + digits
      + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  }

  /// The words of UTF-8 text as byte ranges, in order and without gaps.
  func split(_ text: ArraySlice<UInt8>) -> [Range<Int>] {
    let scanner = Scanner(text)
    var words: [Range<Int>] = []
    var index = 0
    while index < scanner.count {
      let end = scanner.endOfWord(at: index, digitLimit: digitLimit)
      words.append(scanner.offsets[index]..<scanner.offsets[end])
      index = end
    }
    return words
  }
}

private enum ScalarClass: UInt8 {
  case letter, number, whitespace, newline, other

  init(_ scalar: Unicode.Scalar) {
    if scalar.value < 0x80 {
      self = Self.ascii[Int(scalar.value)]
    } else {
      self = Self.classify(scalar)
    }
  }

  private static let ascii: [ScalarClass] = (0..<0x80).map { classify(Unicode.Scalar(UInt8($0))) }

  private static func classify(_ scalar: Unicode.Scalar) -> ScalarClass {
    if scalar == "\r" || scalar == "\n" { return .newline }
    if isUnicodeWhitespace(scalar) { return .whitespace }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      return .letter
    case .decimalNumber, .letterNumber, .otherNumber: return .number
    default: return .other
    }
  }
}

private struct Scanner {
  private(set) var scalars: [Unicode.Scalar] = []
  private(set) var classes: [ScalarClass] = []
  /// The byte offset of each scalar and of the end.
  private(set) var offsets: [Int] = []
  var count: Int { scalars.count }

  init(_ text: ArraySlice<UInt8>) {
    var offset = text.startIndex
    scalars.reserveCapacity(text.count)
    classes.reserveCapacity(text.count)
    offsets.reserveCapacity(text.count + 1)
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      scalars.append(scalar)
      classes.append(ScalarClass(scalar))
      offsets.append(offset)
      offset += UTF8.width(scalar)
    }
    offsets.append(offset)
  }

  /// The alternatives of the regular expression, in its order.
  func endOfWord(at start: Int, digitLimit: Int) -> Int {
    if let end = endOfContraction(at: start) { return end }
    let first = classes[start]
    if first == .letter { return endOfRun(from: start) { $0 == .letter } }
    if first == .other || first == .whitespace, classAt(start + 1) == .letter {
      return endOfRun(from: start + 1) { $0 == .letter }
    }
    if first == .number {
      return min(endOfRun(from: start) { $0 == .number }, start + digitLimit)
    }
    let symbols = scalars[start] == " " ? start + 1 : start
    if classAt(symbols) == .other {
      return endOfRun(from: endOfRun(from: symbols) { $0 == .other }) { $0 == .newline }
    }
    return endOfWhitespace(at: start)
  }

  private func endOfWhitespace(at start: Int) -> Int {
    let end = endOfRun(from: start) { $0 == .whitespace || $0 == .newline }
    if let newline = classes[start..<end].lastIndex(of: .newline) { return newline + 1 }
    // The last space of a run belongs to the word that follows.
    return end == count || end == start + 1 ? end : end - 1
  }

  /// `(?i:'s|'t|'re|'ve|'m|'ll|'d)`; U+017F, the long s, folds to s.
  private func endOfContraction(at start: Int) -> Int? {
    guard scalars[start] == "'", start + 1 < count else { return nil }
    switch (folded(start + 1), folded(start + 2)) {
    case ("s", _), ("t", _), ("m", _), ("d", _): return start + 2
    case ("r", "e"), ("v", "e"), ("l", "l"): return start + 3
    default: return nil
    }
  }

  private func folded(_ index: Int) -> Unicode.Scalar? {
    guard index < count else { return nil }
    let scalar = scalars[index]
    if scalar.value == 0x17F { return "s" }
    return ("A"..."Z").contains(scalar) ? Unicode.Scalar(UInt8(scalar.value) + 32) : scalar
  }

  private func classAt(_ index: Int) -> ScalarClass? { index < count ? classes[index] : nil }

  private func endOfRun(from start: Int, while matches: (ScalarClass) -> Bool) -> Int {
    var end = start
    while end < count, matches(classes[end]) { end += 1 }
    return end
  }
}
