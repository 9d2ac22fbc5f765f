import PythonText

/// MMBench's metric for one row: the letter that a prediction means, extracted without a judge (metrics specification, section 6).
public enum MMBenchScore {
  /// The options of a question; a text is nil where the data has none. Parquet files write a missing one as `nan`, which takes part
  /// in text matching as it does in lmms-eval.
  public typealias Options = [(letter: String, text: String?)]

  /// 1 or 0 for one rotation; ``MMBenchFigures`` joins the rotations.
  public static func score(prediction: String, answer: String, options: Options, profile: Profile) -> MetricScore {
    let letter = extracted(prediction, options: options, profile: profile)
    guard let letter else { return MetricScore(value: 0, rule: "no letter could be extracted; counts as wrong") }
    let isRight = PythonString(letter) == PythonString(answer)
    return MetricScore(value: isRight ? 1 : 0, rule: "read as \(letter), expected \(answer)", extracted: letter)
  }

  /// The letter under a profile: lmms-eval's judge-free rule, or VLMEvalKit's `can_infer`, whose `Z` (refused) is no letter.
  public static func extracted(_ prediction: String, options: Options, profile: Profile) -> String? {
    switch profile {
    case .lmmsEval, .lmmsEval03, .lmmsEval02:
      let stripped = PythonString(prediction).strip().text
      return LMMsEvalOption.canInfer(stripped, options: options) ?? LMMsEvalOption.extracted(stripped, options: options)
    case .vlmEvalKit, .vlmEvalKit2024, .official:
      let letter = VLMEvalKitOption.canInfer(prediction, options: options, boundsLength: profile != .vlmEvalKit2024)
      return letter == "Z" ? nil : letter
    }
  }
}

/// lmms-eval's ways from a prediction to a letter.
public enum LMMsEvalOption {
  private static let letters = ["A", "B", "C", "D", "E"]
  private static let decorations: [(before: String, after: String)] = [
    ("", "."), ("", ","), ("", ":"), ("", ")"), ("", ")."), ("(", ")"), ("(", ")."), (":", ""), (":", ","), (":", "."), (":", ")"), (":", ")."),
  ]

  /// `can_infer`: a letter standing alone, or the only option whose text occurs.
  public static func canInfer(_ prediction: String, options: MMBenchScore.Options) -> String? {
    let text = PythonString(prediction)
    return byLetter(text) ?? byText(text, options: options)
  }

  /// All five letters are tried, also where the question has two options.
  private static func byLetter(_ text: PythonString) -> String? {
    if text.contains("Failed to obtain answer via API") { return nil }
    let words = text.split()
    let tokens = Set(words)
    let alone = letters.filter { tokens.contains(PythonString($0)) }
    // In a longer sentence a lone A is most probably an article.
    if alone.count == 1, !(tokens.contains("A") && words.count > 3) { return alone[0] }
    for (before, after) in decorations {
      let found = letters.filter { tokens.contains(PythonString(before + $0 + after)) }
      if found.count == 1 { return found[0] }
    }
    return nil
  }

  private static func byText(_ text: PythonString, options: MMBenchScore.Options) -> String? {
    let lowered = text.lower()
    let found = options.filter { option in option.text.map { lowered.contains(PythonString($0).lower()) } ?? false }
    return found.count == 1 ? found[0].letter : nil
  }

  /// The static rule: candidates for letters in several shapes, the best shape wins, then the last place.
  public static func extracted(_ prediction: String, options: MMBenchScore.Options) -> String? {
    let choices = options.filter { $0.text != nil }.map(\.letter)
    var stripped = PythonString(prediction).strip()
    for mark: Unicode.Scalar in [",", ".", "!", "?", ";", ":", "'", "\""] { stripped = stripped.strip { $0 == mark } }
    let text = PythonString(" " + stripped.text + " ")
    let candidates = byShape(text, choices) + byPhrase(text, choices) + atTheEnds(stripped, choices)
    let all = candidates.isEmpty ? anywhere(text, choices) : candidates
    var best: Candidate?
    for candidate in all where best.map({ (candidate.priority, candidate.position) > ($0.priority, $0.position) }) ?? true { best = candidate }
    return best?.letter
  }

  private struct Candidate {
    var letter: String
    var position: Int
    var priority: Int
  }

  private static func byShape(_ text: PythonString, _ choices: [String]) -> [Candidate] {
    let shapes: [(before: String, after: String, priority: Int)] = [("(", ")", 6), ("", ".", 5), ("", ":", 4), ("", ")", 3), ("", " ", 2)]
    return shapes.flatMap { shape in
      choices.compactMap { letter in
        lastIndex(of: PythonString(shape.before + letter + shape.after), in: text).map { Candidate(letter: letter, position: $0, priority: shape.priority) }
      }
    }
  }

  private static let phrases: [PythonString] = [
    "the answer is", "answer is", "the correct answer is", "correct answer is", "the best answer is", "best answer is",
    "the correct option is", "correct option is", "the best option is", "best option is", "the choice is", "choice is",
    "the correct choice is", "correct choice is", "i choose", "i select", "i pick", "my answer is", "my choice is", "옵션", "정답은", "답은",
    "답:", "答案是", "答案为", "选", "答えは",
  ]

  private static func byPhrase(_ text: PythonString, _ choices: [String]) -> [Candidate] {
    let lowered = text.lower()
    return phrases.flatMap { phrase -> [Candidate] in
      guard let start = lowered.firstIndex(of: phrase) else { return [] }
      return choices.compactMap { letter in
        text.firstIndex(of: PythonString(letter), from: min(start + phrase.count, text.count)).map { Candidate(letter: letter, position: $0, priority: 7) }
      }
    }
  }

  private static func atTheEnds(_ text: PythonString, _ choices: [String]) -> [Candidate] {
    let scalars = text.scalars
    func isLetter(_ scalar: Unicode.Scalar) -> Bool { PythonString.isAlphabetic(scalar) }
    return choices.flatMap { letter -> [Candidate] in
      var found: [Candidate] = []
      if text.hasPrefix(PythonString(letter)), scalars.count == 1 || !isLetter(scalars[1]) {
        found.append(Candidate(letter: letter, position: 0, priority: 10))
      }
      if text.hasSuffix(PythonString(letter)), scalars.count == 1 || !isLetter(scalars[scalars.count - 2]) {
        found.append(Candidate(letter: letter, position: scalars.count - 1, priority: 9))
      }
      return found
    }
  }

  private static func anywhere(_ text: PythonString, _ choices: [String]) -> [Candidate] {
    choices.compactMap { letter in
      lastIndex(of: PythonString(letter), in: text).map { Candidate(letter: letter, position: $0, priority: 0) }
    }
  }

  private static func lastIndex(of part: PythonString, in text: PythonString) -> Int? {
    var last: Int?
    var start = 0
    while let found = text.firstIndex(of: part, from: start) {
      last = found
      start = found + 1
      if start > text.count { break }
    }
    return last
  }
}

/// VLMEvalKit's way from a prediction to a letter, `Z` for a refusal.
public enum VLMEvalKitOption {
  private static let refusals: [PythonString] = [
    "Sorry, I can't help with images of people yet.", "I can't process this file.", "I'm sorry, but without the image provided",
    "Cannot determine the answer",
  ]

  /// - Parameter boundsLength: texts of options are not looked for in an answer more than twice as long as all of them; VLMEvalKit
  ///   had no such bound when it published the records of 2024, which cannot be reproduced with it
  public static func canInfer(_ prediction: String, options: MMBenchScore.Options, boundsLength: Bool = true) -> String? {
    let existing = options.filter { $0.text.map { PythonString($0) != "nan" } ?? false }
    let text = PythonString(prediction)
    return byLetter(text, existing.map(\.letter)) ?? byText(text, existing, boundsLength)
  }

  private static func byLetter(_ text: PythonString, _ choices: [String]) -> String? {
    if text.contains("Failed to obtain answer via API") { return nil }
    if refusals.contains(where: text.contains) { return "Z" }
    let marks = Set(".()[],:;!*#{}".unicodeScalars)
    let words = PythonString(text.scalars.map { marks.contains($0) ? " " : $0 }).split()
    let present = choices.filter { words.contains(PythonString($0)) }
    if present.count == 1, let place = words.firstIndex(of: PythonString(present[0])) {
      if place > words.count - 5 { return present[0] }
    } else if present.isEmpty, words.contains("Z") {
      return "Z"
    }
    return byPhrase(text, choices)
  }

  /// `(?i)(?:correct\s+)?answer\s+is\s+\**([ABCD])\**`
  private static func byPhrase(_ text: PythonString, _ choices: [String]) -> String? {
    let lowered = PythonString(text.scalars.map { $0.isASCII ? PythonString([$0]).lower().scalars[0] : $0 })
    var start = 0
    while let found = lowered.firstIndex(of: "answer", from: start) {
      start = found + 1
      var position = found + 6
      guard let afterAnswer = skipWhitespace(lowered, position), PythonString(lowered.scalars[afterAnswer...].prefix(2)) == "is" else { continue }
      position = afterAnswer + 2
      guard var next = skipWhitespace(lowered, position) else { continue }
      while next < lowered.count, lowered.scalars[next] == "*" { next += 1 }
      guard next < lowered.count, let letter = ["A", "B", "C", "D"].first(where: { PythonString($0).lower().scalars[0] == lowered.scalars[next] })
      else { continue }
      return choices.contains(letter) ? letter : nil
    }
    return nil
  }

  /// The place after at least one whitespace.
  private static func skipWhitespace(_ text: PythonString, _ start: Int) -> Int? {
    var position = start
    while position < text.count, PythonString.isWhitespace(text.scalars[position]) { position += 1 }
    return position > start ? position : nil
  }

  private static func byText(_ text: PythonString, _ options: MMBenchScore.Options, _ boundsLength: Bool) -> String? {
    let lowered = text.lower()
    let total = options.reduce(0) { $0 + PythonString($1.text ?? "").count }
    if boundsLength, lowered.count > 2 * total { return nil }
    let found = options.filter { lowered.contains(PythonString($0.text ?? "").lower()) }
    return found.count == 1 ? found[0].letter : nil
  }
}
