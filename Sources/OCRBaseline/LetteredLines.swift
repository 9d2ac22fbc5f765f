import DataFormats

/// The options of a prompt as the general benchmarks write them.
enum LetteredLines {
  /// Lines `A. …`, lines `(A) …`, or `A: …, B: …` behind "Options:"; nil where fewer than two stand
  /// there.
  static func options(in prompt: String) -> [(letter: String, text: String)]? {
    let lines = TextFile.lines(in: prompt)
    for mark in [{ "\($0). " }, { "(\($0)) " }] as [(String) -> String] {
      if let options = options(of: lines, mark: mark) { return options }
    }
    guard let line = lines.last(where: { $0.hasPrefix("Options: ") }) else { return nil }
    return inline(String(line.dropFirst(9)))
  }

  private static let letters = (UInt8(ascii: "A")...UInt8(ascii: "Z")).map {
    String(UnicodeScalar($0))
  }

  private static func options(
    of lines: [String], mark: (String) -> String
  ) -> [(letter: String, text: String)]? {
    guard let start = lines.lastIndex(where: { $0.hasPrefix(mark("A")) }) else { return nil }
    var options: [(letter: String, text: String)] = []
    for line in lines[start...] {
      guard options.count < letters.count else { break }
      let letter = letters[options.count]
      if line.hasPrefix(mark(letter)) {
        options.append((letter, String(line.dropFirst(mark(letter).count))))
      } else {
        break
      }
    }
    return options.count > 1 ? options : nil
  }

  /// Each option goes up to where the next begins, commas of its own included.
  private static func inline(_ text: String) -> [(letter: String, text: String)]? {
    guard text.hasPrefix("A: ") else { return nil }
    var rest = text.dropFirst(3)
    var options: [(letter: String, text: String)] = []
    for (letter, next) in zip(letters, letters.dropFirst()) {
      guard let end = rest.range(of: ", \(next): ") else {
        options.append((letter, String(rest)))
        break
      }
      options.append((letter, String(rest[..<end.lowerBound])))
      rest = rest[end.upperBound...]
    }
    return options.count > 1 ? options : nil
  }
}
