import PythonText

/// The text that lmms-eval asks with, for the eight general benchmarks (docs/metrics-more.md,
/// sections 1 to 8).
public enum GeneralPrompt: Sendable {
  case seedBench(question: String, options: [String])
  case mmStar(question: String)
  case gqa(question: String)
  /// - Parameter options: nil for an open question
  case mmmu(question: String, options: [String]?)
  case pope(question: String)
  case scienceQA(question: String, hint: String, choices: [String])
  case ai2d(question: String, options: [String])
  case realWorldQA(question: String)

  /// The text behind the images.
  public var context: String {
    switch self {
    case .seedBench(let question, let options), .ai2d(let question, let options):
      return question + "\n" + Self.lettered(options) + Self.letter
    case .mmStar(let question):
      // The suffix of this task lacks its full stop.
      let asked = PythonString(question).strip()
        .replacing(" Please answer yes or no.", with: "").text
      return asked + "\nAnswer with the option's letter from the given choices directly"
    case .gqa(let question): return question + "\n" + Self.phrase
    case .mmmu(let question, let options?):
      // A blank line stands before the suffix.
      return question + "\n" + options.enumerated().map(Self.line).joined(separator: "\n")
        + "\n\n" + Self.letter
    case .mmmu(let question, nil): return question + "\n\n" + Self.phrase
    case .pope(let question): return PythonString(question).strip().text + "\n" + Self.phrase
    case .scienceQA(let question, let hint, let choices):
      let opening = hint.isEmpty ? "" : "Context: \(hint)\n"
      return opening + question + "\n" + Self.lettered(choices) + Self.letter
    case .realWorldQA(let question): return PythonString(question).strip().text
    }
  }

  /// The pictures that a question of MMMU names, `<image 1>` to `<image 7>`, in the order in which
  /// they are sent; the other benchmarks send their one image.
  public var pictures: [Int] {
    guard case .mmmu(let question, let options) = self else { return [1] }
    let text = ([question] + (options ?? [])).joined(separator: "\n")
    return Set(Self.pictureMarks(in: PythonString(text))).sorted {
      // As texts, as lmms-eval sorts the marks.
      "image_\($0)" < "image_\($1)"
    }
  }

  /// The numbers k of all `<image k>` in a text.
  static func pictureMarks(in text: PythonString) -> [Int] {
    let opening: PythonString = "<image "
    var numbers: [Int] = []
    var start = 0
    while let place = text.firstIndex(of: opening, from: start) {
      start = place + opening.count
      let digits = text.scalars[start...].prefix { ("0"..."9").contains($0) }
      let end = start + digits.count
      if end < text.count, text.scalars[end] == ">", let number = Int(PythonString(digits).text) {
        numbers.append(number)
      }
    }
    return numbers
  }

  private static let phrase = "Answer the question using a single word or phrase."
  private static let letter = "Answer with the option's letter from the given choices directly."

  private static func line(_ index: Int, _ text: String) -> String {
    "\(OptionLetter.letter(index).map { String($0) } ?? "?"). \(text)"
  }

  private static func lettered(_ options: [String]) -> String {
    options.enumerated().map { line($0, $1) + "\n" }.joined()
  }

  // MARK: - Complete prompts

  /// The complete prompt of a model family: one image mark per picture in front, joined by a space,
  /// unless the text has a mark of its own.
  public func conversation(template: BenchmarkPrompt.Template) -> String {
    let marks = pictures.map { _ in BenchmarkPrompt.imageMark }.joined(separator: " ")
    let hasMark = PythonString(context).contains(PythonString(BenchmarkPrompt.imageMark))
    let user = marks.isEmpty || hasMark ? context : marks + "\n" + context
    return BenchmarkPrompt.wrapped(user, template: template)
  }

  /// A part of a prompt of VLMEvalKit's.
  public enum Message: Sendable, Equatable {
    case text(String)
    /// The picture at an index of those that the row has.
    case image(Int)
  }

  /// VLMEvalKit's default prompt, where the toolkit has the benchmark.
  /// - Parameter pictures: how many pictures the row has
  public func vlmEvalKitMessages(pictures: Int) -> [Message] {
    let images = (0..<pictures).map(Message.image)
    switch self {
    case .pope(let question), .realWorldQA(let question), .mmStar(let question):
      return images + [.text(question)]
    case .gqa: return images + [.text(context)]
    case .seedBench(let question, let options), .ai2d(let question, let options):
      return images + [.text(Self.choice(question, hint: "", options))]
    case .scienceQA(let question, let hint, let choices):
      return images + [.text(Self.choice(question, hint: hint, choices))]
    case .mmmu(let question, let options):
      return Self.interleaved(Self.choice(question, hint: "", options ?? []), images)
    }
  }

  private static func choice(_ question: String, hint: String, _ options: [String]) -> String {
    let opening = hint.isEmpty ? "" : "Hint: \(hint)\n"
    let asked = opening + "Question: \(question)\n"
    guard !options.isEmpty else { return asked }
    return asked + "Options:\n" + lettered(options)
      + "Please select the correct answer from the options above. \n"
  }

  /// The text cut at every `<image k>`, picture k in its place; all pictures in front where none is
  /// named.
  private static func interleaved(_ text: String, _ images: [Message]) -> [Message] {
    let whole = PythonString(text)
    let mark: PythonString = "<image "
    guard whole.contains(mark) else { return images + [.text(text)] }
    var messages: [Message] = []
    var start = 0
    while let place = whole.firstIndex(of: mark, from: start) {
      messages.append(.text(PythonString(whole.scalars[start..<place]).text))
      let digit = place + mark.count
      if digit < whole.count, let number = PythonString.digitValue(whole.scalars[digit]) {
        messages.append(.image(number - 1))
      }
      start = min(digit + 2, whole.count)
    }
    return messages + [.text(PythonString(whole.scalars[start...]).text)]
  }
}
