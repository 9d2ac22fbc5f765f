import OrderedCollections
import PythonText

/// RealWorldQA: letters, numbers and single words (docs/metrics-more.md, section 8).
public enum RealWorldQAScore {
  /// - Parameters:
  ///   - question: as asked; lmms-eval until April 2026 reads the options from it
  ///   - options: the texts of A, B ... where the data has columns for them (VLMEvalKit's table)
  public static func score(
    prediction: String, question: String, options: [String], answer: String, profile: Profile
  ) -> MetricScore {
    let raw = PythonString(prediction)
    let answer = PythonString(answer)
    switch profile.evaluator {
    case .vlmEvalKit:
      return OptionLetter.score(
        .vlmEvalKit(raw, options: options, profile: profile), answer: answer)
    case .lmmsEval where profile.follows(.lmmsEvalRealWorldQALetter):
      return today(profile.given(raw), answer)
    case .lmmsEval, .official, .llava:
      return ExactMatch.score(
        profile.given(filtered(raw, question: PythonString(question))).strip(), answer)
    }
  }

  private static func today(_ text: PythonString, _ answer: PythonString) -> MetricScore {
    let gold = answer.strip().upper()
    let letters: [Unicode.Scalar] = ["A", "B", "C", "D"]
    if letters.contains(where: { PythonString([$0]) == gold }) {
      return OptionLetter.score(MMBenchExtraction.lmmsStatic(text, letters), answer: gold)
    }
    let given = text.lower().strip().rstrip(["."])
    let isEqual = given == answer.strip().lower()
    return MetricScore(
      value: isEqual ? 1 : 0, rule: isEqual ? "texts equal" : "texts differ", extracted: given.text)
  }

  /// The two filters that lmms-eval had until version 0.7.1.
  static func filtered(_ raw: PythonString, question: PythonString) -> PythonString {
    let lowered = raw.lower()
    let spelled =
      numberWords.firstIndex(of: lowered).map { PythonString(String($0)) } ?? raw
    let choices = optionTexts(of: question)
    let cleaned = PythonString(
      spelled.scalars.filter { PythonString.isWord($0) || PythonString.isWhitespace($0) }
    ).strip()
    guard !choices.isEmpty else { return cleaned }
    for place in 0...cleaned.count {
      let rest = PythonString(cleaned.scalars[place...])
      if let (_, letter) = choices.first(where: { rest.hasPrefix($0.key) }) {
        return PythonString([letter])
      }
    }
    return cleaned
  }

  private static let numberWords: [PythonString] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
  ]

  /// Every match of `\b([A-Z])\.\s+([^\n]*)`: its text, with the letter of its place whatever
  /// letter it carries; a text that comes twice keeps its last letter.
  private static func optionTexts(
    of question: PythonString
  ) -> OrderedDictionary<PythonString, Unicode.Scalar> {
    let scalars = question.scalars
    var texts: OrderedDictionary<PythonString, Unicode.Scalar> = [:]
    var matches: UInt32 = 0
    var index = 0
    while index < scalars.count {
      guard ("A"..."Z").contains(scalars[index]), question.isWordBoundary(at: index),
        index + 2 < scalars.count, scalars[index + 1] == ".",
        PythonString.isWhitespace(scalars[index + 2])
      else {
        index += 1
        continue
      }
      var start = index + 2
      while start < scalars.count, PythonString.isWhitespace(scalars[start]) { start += 1 }
      let end = scalars[start...].firstIndex(of: "\n") ?? scalars.count
      texts[PythonString(scalars[start..<end]).strip()] = Unicode.Scalar(0x41 + matches)
      matches += 1
      index = end
    }
    return texts
  }
}
