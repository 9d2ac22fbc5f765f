import DataFormats

/// What a prompt asks for, as far as its text shows it: the model sees nothing else of a benchmark.
///
/// The first rule that applies decides:
/// 1. lines `A. …`, `B. …` behind "There are several options:", and in any prompt that asks for an
///    option's letter such lines, lines `(A) …`, or `A: …, B: …` behind "Options:", ask for one of
///    these letters;
/// 2. "bounding box" asks for a box around what the text behind the first colon names;
/// 3. "Continue reading the text:" asks for what follows the given text;
/// 4. a prompt that leaves room for a page of answer and does not ask for a short one asks for the
///    text of a page, line by line; one that has nothing but words of asking ("what is written in
///    the image?") asks for all text on one line;
/// 5. a question whose last sentence opens with a form of be, do, have, can, will or would asks for
///    yes or no;
/// 6. everything else is a question whose answer is looked up.
///
/// Sentences that say how to answer ("Answer the question using a single word or phrase.", "Please
/// answer yes or no.") and lists of reference OCR tokens are left out first. A question's terms are
/// its words without the words of asking; where it quotes something, only the quoted words.
public enum Request: Equatable, Sendable {
  case choice(options: [(letter: String, text: String)])
  case box(terms: [String])
  case continuation(of: String)
  /// All text, with its line breaks where it is that of a page.
  case transcription(ofPage: Bool)
  case yesOrNo(terms: [String])
  case question(terms: [String])

  /// From this many new tokens on an answer may be a page; some benchmarks leave as much room and
  /// ask for a word.
  public static let pageLimit = 1024

  public init(prompt: String, maximumNewTokens: Int) {
    if let options = Self.options(in: prompt) {
      self = .choice(options: options)
      return
    }
    if prompt.contains("bounding box"), let colon = prompt.firstIndex(of: ":") {
      self = .box(terms: Self.terms(of: String(prompt[prompt.index(after: colon)...])))
      return
    }
    if let opening = prompt.range(of: "Continue reading the text") {
      let given = prompt[opening.upperBound...].drop { $0 == ":" }.replacing("<doc>", with: "")
        .replacing("</doc>", with: "")
      self = .continuation(of: String(given))
      return
    }
    let question = Self.withoutInstructions(prompt)
    let terms = Self.terms(of: question)
    if maximumNewTokens >= Self.pageLimit && question == prompt {
      self = .transcription(ofPage: true)
    } else if terms.isEmpty {
      self = .transcription(ofPage: false)
    } else if let first = Self.lastSentence(of: question).first, Self.auxiliaries.contains(first) {
      self = .yesOrNo(terms: terms)
    } else {
      self = .question(terms: terms)
    }
  }

  public static func == (a: Request, b: Request) -> Bool {
    switch (a, b) {
    case (.choice(let a), .choice(let b)): a.elementsEqual(b) { $0 == $1 }
    case (.box(let a), .box(let b)), (.yesOrNo(let a), .yesOrNo(let b)),
      (.question(let a), .question(let b)):
      a == b
    case (.continuation(let a), .continuation(let b)): a == b
    case (.transcription(let a), .transcription(let b)): a == b
    default: false
    }
  }

  // MARK: Parts of a prompt

  private static func options(in prompt: String) -> [(letter: String, text: String)]? {
    guard let start = prompt.range(of: "There are several options:\n") else {
      return letterRequests.contains(where: prompt.contains)
        ? LetteredLines.options(in: prompt) : nil
    }
    var options: [(letter: String, text: String)] = []
    for line in TextFile.lines(in: String(prompt[start.upperBound...])) {
      if let letter = line.first, ("A"..."Z").contains(letter), line.dropFirst().hasPrefix(". ") {
        options.append((String(letter), String(line.dropFirst(3))))
      } else if line.isEmpty || options.isEmpty {
        break
      } else {
        // An option may have line breaks of its own.
        options[options.count - 1].text += " " + line
      }
    }
    return options.isEmpty ? nil : options
  }

  /// How prompts ask for a letter.
  private static let letterRequests = [
    "Answer with the option's letter from the given choices directly",
    "only the letter of the correct option",
  ]

  /// The prompt without what says how to answer.
  private static func withoutInstructions(_ prompt: String) -> String {
    let lines = TextFile.lines(in: prompt).filter {
      !$0.hasPrefix("Reference OCR token:") && !$0.hasPrefix("Answer the question ")
        && $0 != "Please answer directly with a single word or number."
    }
    return lines.joined(separator: "\n")
      .replacing("Answer this question using the text in the image directly.", with: "")
      .replacing("Please answer yes or no.", with: "")
  }

  /// The words behind the last full stop, exclamation or question mark that is followed by another
  /// word.
  private static func lastSentence(of question: String) -> [String] {
    let words = TextWords.split(question)
    let end = words.dropLast().lastIndex { word in word.last.map { ".!?".contains($0) } ?? false }
    return words[(end.map { $0 + 1 } ?? 0)...].map(TextWords.normalized).filter { !$0.isEmpty }
  }

  /// The words to look for, in order: all but the words of asking, or the quoted ones.
  private static func terms(of question: String) -> [String] {
    let quoted = quotations(in: question).flatMap { TextWords.words(of: $0) }
    return quoted.isEmpty
      ? TextWords.words(of: question).filter { !wordsOfAsking.contains($0) } : quoted
  }

  /// What stands in double or single quotes; an apostrophe inside a word is no quote.
  private static func quotations(in text: String) -> [String] {
    let pairs: [Character: Character] = [
      "\"": "\"", "'": "'", "\u{201C}": "\u{201D}", "\u{2018}": "\u{2019}",
    ]
    let characters = Array(text)
    func isWord(_ index: Int) -> Bool {
      characters.indices.contains(index)
        && (characters[index].isLetter || characters[index].isNumber)
    }
    var found: [String] = []
    var index = 0
    while index < characters.count {
      if let closing = pairs[characters[index]], !isWord(index - 1),
        let end = characters[(index + 1)...].indices.first(where: {
          characters[$0] == closing && !isWord($0 + 1)
        })
      {
        found.append(String(characters[(index + 1)..<end]))
        index = end
      }
      index += 1
    }
    return found
  }

  private static let auxiliaries: Set<String> = [
    "is", "are", "was", "were", "am", "do", "does", "did", "has", "have", "had", "can", "could",
    "will", "would", "should",
  ]

  /// Words that say what to do and not what to look for.
  static let wordsOfAsking: Set<String> = auxiliaries.union([
    "what", "which", "who", "whom", "whose", "where", "when", "why", "how", "many", "much", "a",
    "an", "the", "this", "that", "these", "those",
    "there", "it", "its", "of", "in", "on", "at", "by", "to", "for", "from", "with", "as", "and",
    "or", "be", "been", "being", "you", "your",
    "me", "please", "give", "tell", "show", "say", "says", "said", "name", "value", "according",
    "shown", "given", "used", "using", "use",
    // Reading
    "read", "recognize", "recognise", "recognized", "identify", "extract", "parse", "transcribe",
    "convert", "write", "out", "written", "see",
    "text", "texts", "word", "words", "letters", "content", "contents", "characters", "number",
    "numbers", "string", "digits", "expression",
    "formula", "language", "format", "latex", "markdown", "all", "any",
    // Where
    "image", "images", "picture", "photo", "photograph", "graphic", "figure", "document", "page",
    "screenshot",
  ])
}
