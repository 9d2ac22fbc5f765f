import PythonText

/// VLMEvalKit's `can_infer`.
extension MMBenchExtraction {
  /// - Parameters:
  ///   - looksAtEnd: a lone letter counts among the last four words only, and option texts are not
  ///     looked for in an answer more than twice as long as all of them together
  ///   - readsAnswerIs: else the letter after "answer is" counts
  static func vlmCanInfer(
    _ answer: PythonString, _ options: [Option], looksAtEnd: Bool, readsAnswerIs: Bool
  ) -> MMBenchExtraction {
    let letters = options.map(\.letter)
    if let found = vlmLetter(answer, letters, looksAtEnd, readsAnswerIs) { return found }
    let longest = 2 * options.reduce(0) { $0 + $1.text.count }
    if looksAtEnd, answer.lower().count > longest {
      return MMBenchExtraction(
        letter: nil, rule: "no letter, and the answer is too long to look for option texts")
    }
    return onlyText(in: answer.lower(), options)
  }

  private static func vlmLetter(
    _ answer: PythonString, _ letters: [Unicode.Scalar], _ looksAtEnd: Bool, _ readsAnswerIs: Bool
  ) -> MMBenchExtraction? {
    if answer.contains("Failed to obtain answer via API" as PythonString) { return nil }
    if refusals.contains(where: { answer.contains($0) }) {
      return MMBenchExtraction(letter: "Z", rule: "the answer is a refusal")
    }
    let marks: Set<Unicode.Scalar> = [
      ".", "(", ")", "[", "]", ",", ":", ";", "!", "*", "#", "{", "}",
    ]
    let tokens = PythonString(answer.scalars.map { marks.contains($0) ? " " : $0 }).split()
    let present = letters.compactMap { letter in
      tokens.firstIndex(of: PythonString([letter])).map { (letter: letter, place: $0) }
    }
    if present.count == 1, !looksAtEnd || present[0].place > tokens.count - 5 {
      return MMBenchExtraction(
        letter: String(present[0].letter),
        rule: looksAtEnd ? "the letter is one of the last four words" : "the letter stands alone")
    }
    if present.isEmpty && tokens.contains("Z") {
      return MMBenchExtraction(letter: "Z", rule: "the answer is Z")
    }
    if readsAnswerIs, let letter = afterAnswerIs(answer), letters.contains(letter) {
      return MMBenchExtraction(letter: String(letter), rule: "the letter follows \"answer is\"")
    }
    return nil
  }

  private static let refusals: [PythonString] = [
    "Sorry, I can't help with images of people yet.", "I can't process this file.",
    "I'm sorry, but without the image provided",
    "Cannot determine the answer",
  ]

  /// The first match of `answer\s+is\s+\**([ABCD])`, whatever the case; the letter in upper case.
  private static func afterAnswerIs(_ answer: PythonString) -> Unicode.Scalar? {
    let text = answer.scalars.map(folded)
    let word = PythonString(text)
    var start = 0
    while let place = word.firstIndex(of: "answer", from: start) {
      start = place + 1
      var index = place + 6
      guard skip(PythonString.isWhitespace, in: text, &index) > 0,
        text[index...].starts(with: "is".unicodeScalars)
      else { continue }
      index += 2
      guard skip(PythonString.isWhitespace, in: text, &index) > 0 else { continue }
      _ = skip({ $0 == "*" }, in: text, &index)
      if index < text.count,
        let letter = ["a": "A", "b": "B", "c": "C", "d": "D"][text[index]] as Unicode.Scalar?
      {
        return letter
      }
    }
    return nil
  }

  private static func skip(
    _ matches: (Unicode.Scalar) -> Bool, in text: [Unicode.Scalar], _ index: inout Int
  ) -> Int {
    let start = index
    while index < text.count, matches(text[index]) { index += 1 }
    return index - start
  }

  /// What Python's case-insensitive match treats alike, for the letters of the pattern: the long s,
  /// and i with and without its dot.
  private static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar {
    case "A"..."Z": Unicode.Scalar(UInt8(scalar.value) + 32)
    case "\u{17F}": "s"
    case "\u{130}", "\u{131}": "i"
    default: scalar
    }
  }
}
