import PythonText

/// MMMU's open questions: candidates are read from the answer, and one must contain or equal an
/// accepted answer (docs/metrics-more.md, section 4).
public enum MMMUOpenAnswer {
  /// A text or a number that an answer offers, in normal form.
  public enum Candidate: Hashable, Sendable {
    case text(PythonString)
    case number(Double)
  }

  /// 1 or 0 for one answer.
  /// - Parameter answers: the accepted ones; lmms-eval hands a list of them on as one text
  public static func score(
    prediction: String, answers: [String], profile: Profile
  ) -> MetricScore {
    let text = profile.given(PythonString(prediction))
    switch profile.evaluator {
    case .lmmsEval where profile.follows(.lmmsEvalMMMUOpen):
      return letterByLetter(text, answers: answers)
    case .vlmEvalKit:
      return vlmEvalKit(text, answers: answers, profile: profile)
    case .lmmsEval, .official, .llava:
      return score(candidates(of: text), accepted: answers.flatMap { normalized(PythonString($0)) })
    }
  }

  /// lmms-eval since 0.3.5 (736454b5, 2025-06-23) reads one candidate letter by letter. No letter
  /// contains an accepted answer, but each contains an empty one.
  private static func letterByLetter(_ text: PythonString, answers: [String]) -> MetricScore {
    let accepted = answers.flatMap { normalized(PythonString($0)) }
    let isAnswered = candidates(of: text).contains { $0 != .text("") }
    return MetricScore(
      value: accepted.contains(.text("")) && isAnswered ? 1 : 0,
      rule: "lmms-eval since 0.3.5 reads open answers letter by letter, and counts all as wrong")
  }

  private static func score(_ candidates: [Candidate], accepted: [Candidate]) -> MetricScore {
    for candidate in candidates {
      for answer in accepted {
        switch (candidate, answer) {
        case (.text(let text), .text(let part)) where text.contains(part):
          return MetricScore(value: 1, rule: "contains \"\(part)\"", extracted: text.text)
        case (.number(let a), .number(let b)) where a == b:
          return MetricScore(value: 1, rule: "numbers equal: \(b)", extracted: "\(a)")
        default: continue
        }
      }
    }
    return MetricScore(value: 0, rule: "no candidate of the answer agrees")
  }

  /// VLMEvalKit asks open questions as a choice between the accepted answer and `Other Answers`.
  private static func vlmEvalKit(
    _ text: PythonString, answers: [String], profile: Profile
  ) -> MetricScore {
    let answer = answers.count == 1 ? answers[0] : PythonList.written(answers)
    let read = MMBenchExtraction.vlmEvalKit(
      text, options: [answer, "Other Answers"], profile: profile)
    let gold = PythonString(answer)
    let isLetter = gold.count == 1 && ("A"..."Z").contains(gold.scalars[0])
    return OptionLetter.score(read, answer: isLetter ? gold : "A")
  }

  // MARK: - Candidates

  /// What an answer offers: its key phrases, then the numbers in them, in normal form.
  public static func candidates(of response: PythonString) -> [Candidate] {
    let phrases = keyPhrases(of: response)
    let texts = phrases + phrases.flatMap { PythonNumbers.found(in: $0) }
    var seen: Set<Candidate> = []
    return texts.flatMap(normalized).filter { seen.insert($0).inserted }
  }

  private static let indicators: [PythonString] = [
    "could be ", "so ", "is ", "thus ", "therefore ", "final ", "answer ", "result ",
  ]

  private static func keyPhrases(of response: PythonString) -> [PythonString] {
    // The evaluator also splits after a full stop before a capital; after lower() there is none.
    let whole = response.strip().strip { $0 == "." }.lower()
    let lines = whole.split("\n")
    let marks: [PythonString] = [":", ",", ".", "!", "?", ";", "'"]
    var phrases: [PythonString] = []
    for (index, line) in lines.enumerated() {
      var shortest: PythonString?
      for indicator in indicators + (index == lines.count - 1 ? ["="] : []) {
        guard let place = line.lastNonOverlapping(of: indicator) else { continue }
        let tail = PythonString(line.scalars[(place + indicator.count)...]).strip()
        if shortest.map({ $0.isEmpty || tail.count < $0.count }) ?? true { shortest = tail }
      }
      if let shortest, !shortest.isEmpty, !marks.contains(shortest.strip()) {
        phrases.append(shortest)
      }
    }
    return phrases.isEmpty ? [whole] : phrases
  }

  /// A number rounded to two places, or the text in lower case; one character gets a space before
  /// it, and another form with one behind, so that it is not found inside a word.
  static func normalized(_ text: PythonString) -> [Candidate] {
    let stripped = text.strip()
    if let number = stripped.replacing(",", with: "").float() {
      return [.number(PythonNumbers.rounded(number))]
    }
    let lowered = stripped.lower()
    guard lowered.count == 1 else { return [.text(lowered)] }
    return [
      .text(PythonString([" "] + lowered.scalars)), .text(PythonString(lowered.scalars + [" "])),
    ]
  }
}

extension PythonString {
  /// Where the last part of `s.split(separator)` begins, less the separator: matches are taken from
  /// the left, so that this is not always the last occurrence.
  fileprivate func lastNonOverlapping(of separator: PythonString) -> Int? {
    var last: Int?
    var start = 0
    while let place = firstIndex(of: separator, from: start) {
      last = place
      start = place + separator.count
    }
    return last
  }
}

/// A list of texts as Python's `str` writes it.
enum PythonList {
  static func written(_ texts: [String]) -> String {
    "[" + texts.map { "'\($0)'" }.joined(separator: ", ") + "]"
  }
}
