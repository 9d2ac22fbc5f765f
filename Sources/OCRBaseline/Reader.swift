import DataFormats

/// Answers requests from what was read in an image, by rules that fit on a page. It understands
/// nothing: it is the floor.
///
/// - All text: the lines, with their line breaks for a page, else joined by spaces.
/// - A question: the line that holds the most of the question's terms, the first of equals, without
///   these terms and without the marks at its ends; where nothing but words of asking is left
///   ("Name of"), the line below it.
/// - Yes or no: "Yes" where more than half of the terms were read, else "No".
/// - Options: the letter of the option of whose words the largest share was read, the first of
///   equals.
/// - A box: around the line that holds the most of the terms, relative to the image; the whole
///   image where none holds any.
/// - Continuation: the lines behind the one in which the given text's last words end.
public enum Reader {
  public static func answer(_ request: Request, from transcription: Transcription) -> String {
    let lines = transcription.lines
    switch request {
    case .transcription(let ofPage): return lines.map(\.text).joined(separator: ofPage ? "\n" : " ")
    case .question(let terms): return lookUp(terms, in: lines)
    case .yesOrNo(let terms):
      let read = Set(lines.flatMap { TextWords.words(of: $0.text) })
      return terms.count { read.contains($0) } * 2 > terms.count ? "Yes" : "No"
    case .choice(let options):
      let read = Set(lines.flatMap { TextWords.words(of: $0.text) })
      let shares = options.map { option in
        let words = TextWords.words(of: option.text)
        return words.isEmpty ? 0 : Double(words.count { read.contains($0) }) / Double(words.count)
      }
      return options[firstBest(shares) ?? 0].letter
    case .box(let terms): return box(terms, in: transcription)
    case .continuation(let given):
      return continuation(of: given, in: lines).map(\.text).joined(separator: "\n")
    }
  }

  /// The place of the largest number, the first of equals.
  private static func firstBest<Value: Comparable>(_ values: [Value]) -> Int? {
    values.indices.max { values[$0] < values[$1] || (values[$0] == values[$1] && $0 > $1) }
  }

  /// How many of the terms stand in each line; each term counts once.
  private static func hits(of terms: [String], in lines: [TextLine]) -> [Int] {
    let terms = Set(terms)
    return lines.map { terms.intersection(TextWords.words(of: $0.text)).count }
  }

  private static func lookUp(_ terms: [String], in lines: [TextLine]) -> String {
    guard let best = firstBest(hits(of: terms, in: lines)) else { return "" }
    let asked = Set(terms)
    let rest = TextWords.split(lines[best].text).filter {
      !asked.contains(TextWords.normalized($0))
    }
    func counts(_ word: String) -> Bool {
      let word = TextWords.normalized(word)
      return !word.isEmpty && !Request.wordsOfAsking.contains(word)
    }
    let answer = rest.contains(where: counts) ? trimmed(rest.joined(separator: " ")) : ""
    if !answer.isEmpty { return answer }
    return best + 1 < lines.count ? lines[best + 1].text : ""
  }

  /// Without the marks that a removed label leaves at the ends; signs that belong to a value (`$`,
  /// `%`, `(`) stay.
  private static func trimmed(_ text: String) -> String {
    let marks: Set<Character> = [
      ":", ";", ",", ".", "-", "–", "—", "_", "=", "|", "/", "\\", "~", "•", "»", "«", " ", "?",
      "!",
    ]
    guard let first = text.firstIndex(where: { !marks.contains($0) }),
      let last = text.lastIndex(where: { !marks.contains($0) })
    else { return "" }
    // A minus or a full stop directly before a digit is part of the number.
    var start = first
    if text[first].isNumber, first > text.startIndex,
      ["-", "."].contains(text[text.index(before: first)])
    {
      start = text.index(before: first)
    }
    return String(text[start...last])
  }

  private static func box(_ terms: [String], in transcription: Transcription) -> String {
    let hits = hits(of: terms, in: transcription.lines)
    guard let best = firstBest(hits), hits[best] > 0, transcription.width > 0,
      transcription.height > 0
    else { return "[0.0, 0.0, 1.0, 1.0]" }
    let line = transcription.lines[best]
    func part(_ value: Int, of whole: Int) -> String {
      let thousandths = min(1000, max(0, (value * 1000 + whole / 2) / whole))
      return "\(Double(thousandths) / 1000)"
    }
    let corners = [
      part(line.left, of: transcription.width), part(line.top, of: transcription.height),
      part(line.right, of: transcription.width),
      part(line.bottom, of: transcription.height),
    ]
    return "[\(corners.joined(separator: ", "))]"
  }

  /// The lines behind the given text.
  ///
  /// Its last two lines are looked for in every two neighbouring lines that were read; the largest
  /// share of their words decides, and between equals the one nearest to the number of the given
  /// lines.
  private static func continuation(of given: String, in lines: [TextLine]) -> [TextLine] {
    let known = TextFile.lines(in: given).map { TextWords.words(of: $0) }.filter { !$0.isEmpty }
    guard !known.isEmpty, !lines.isEmpty else { return lines }
    let end = known.suffix(2).flatMap { $0 }
    let words = lines.map { TextWords.words(of: $0.text) }
    func shared(_ index: Int) -> Int {
      // Each word read serves one word given.
      var left = Dictionary(
        ((index > 0 && known.count > 1 ? words[index - 1] : []) + words[index]).map { ($0, 1) },
        uniquingKeysWith: +)
      return end.count { word in
        guard let count = left[word], count > 0 else { return false }
        left[word] = count - 1
        return true
      }
    }
    let expected = known.count - 1
    let best = lines.indices.min { a, b in
      (-shared(a), abs(a - expected), a) < (-shared(b), abs(b - expected), b)
    }
    guard let best, shared(best) > 0 else { return Array(lines.dropFirst(known.count)) }
    return Array(lines[(best + 1)...])
  }
}
