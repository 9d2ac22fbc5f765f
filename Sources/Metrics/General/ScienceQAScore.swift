import PythonText

/// ScienceQA: school questions with two to five lettered choices (docs/metrics-more.md, section 6).
public enum ScienceQAScore {
  /// - Parameters:
  ///   - choices: the texts of A, B ...
  ///   - answer: the index of the right one
  public static func score(
    prediction: String, choices: [String], answer: Int, profile: Profile
  ) -> MetricScore {
    let raw = PythonString(prediction)
    let gold = PythonString(OptionLetter.letter(answer).map { [$0] } ?? [])
    switch profile.evaluator {
    case .vlmEvalKit:
      return OptionLetter.score(.vlmEvalKit(raw, options: choices, profile: profile), answer: gold)
    case .lmmsEval where profile.follows(.lmmsEvalScienceQALetter):
      return letterOrLetterAndText(profile.given(raw), gold)
    case .lmmsEval:
      // Lower-cased before the test for a capital letter, so that "B. liquid" is wrong: the rule of
      // the paper's era, mended in July 2025.
      let text = profile.given(raw)
      return MetricScore(
        value: text.lower() == gold.lower() ? 1 : 0, rule: "the whole answer against the letter",
        extracted: text.text)
    case .llava, .official:
      let read = profile.evaluator == .llava ? llavaLetter(raw) : phraseLetter(raw.strip())
      let isOffered = read.map { letter in
        OptionLetter.letters.prefix(choices.count).contains { PythonString([$0]) == letter }
      }
      return MetricScore(
        value: isOffered == true && read == gold ? 1 : 0,
        rule: read == nil ? "no letter can be read" : "the letter that the answer names",
        extracted: read?.text)
    }
  }

  private static func letterOrLetterAndText(
    _ text: PythonString, _ gold: PythonString
  ) -> MetricScore {
    if text.lower() == gold.lower() {
      return MetricScore(value: 1, rule: "the answer is the letter", extracted: text.text)
    }
    guard text.count >= 2, text.scalars[0].properties.isUppercase, text.scalars[1] == "." else {
      return MetricScore(value: 0, rule: "neither the letter nor a letter with a full stop")
    }
    let letter = PythonString(text.scalars.prefix(1))
    return MetricScore(
      value: letter.lower() == gold.lower() ? 1 : 0, rule: "a letter with a full stop",
      extracted: letter.text)
  }

  /// LLaVA's reading: the letter alone, `B. text`, or the phrase; nil is its `FAILED`.
  static func llavaLetter(_ text: PythonString) -> PythonString? {
    let letters = OptionLetter.letters.prefix(5)
    let scalars = text.scalars
    if scalars.count == 1, letters.contains(scalars[0]) { return text }
    if scalars.count >= 3, letters.contains(scalars[0]), scalars[1] == ".", scalars[2] == " " {
      return PythonString([scalars[0]])
    }
    return phraseLetter(text)
  }

  /// The only match of `The answer is ([A-Z]).`, whose full stop stands for any character.
  static func phraseLetter(_ text: PythonString) -> PythonString? {
    let phrase: PythonString = "The answer is "
    var found: [Unicode.Scalar] = []
    var start = 0
    while let place = text.firstIndex(of: phrase, from: start) {
      let letter = place + phrase.count
      if letter + 1 < text.count, ("A"..."Z").contains(text.scalars[letter]),
        text.scalars[letter + 1] != "\n"
      {
        found.append(text.scalars[letter])
        start = letter + 2
      } else {
        start = place + 1
      }
    }
    return found.count == 1 ? PythonString(found) : nil
  }
}
