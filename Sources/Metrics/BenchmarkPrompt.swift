import PythonText

/// The text that lmms-eval asks with, for each of the nine benchmarks (docs/metrics.md,
/// sections 0.1 and 1 to 9).
///
/// A context is what follows the image; ``conversation(_:template:)`` wraps it into the complete
/// prompt of a model family.
public enum BenchmarkPrompt: Sendable {
  case docVQA(question: String)
  case infoVQA(question: String)
  case chartQA(question: String)
  /// - Parameter ocrTokens: lmms-eval's option `ocr`; nil, the default of the benchmark, leaves
  ///   them out
  case textVQA(question: String, ocrTokens: [String]? = nil)
  case ocrBench(question: String)
  /// - Parameters:
  ///   - hint: nil or `nan` is none
  ///   - options: those of A to E that the data has; null, `nan` and empty texts are skipped
  case mmBench(question: String, hint: String?, options: [(letter: String, text: String?)])
  case mme(question: String)
  case refCOCO(sentence: String)
  /// The user's text of the sample, with the mark of the image in it.
  case ccPDF(instruction: String)

  public static let imageMark = "<image>"

  /// The text behind the image.
  public var context: String {
    switch self {
    case .docVQA(let question), .infoVQA(let question): question + Self.shortAnswer
    case .chartQA(let question): question + "\nAnswer the question with a single word."
    case .textVQA(let question, let tokens):
      // Python's capitalize() also lower-cases the rest: "NASA" becomes "nasa".
      PythonString(question).capitalize().text
        + (tokens.map { "\nReference OCR token: " + $0.joined(separator: ", ") } ?? "")
        + Self.shortAnswer
    case .ocrBench(let question): PythonString(question).strip().text
    case .mmBench(let question, let hint, let options):
      Self.multipleChoice(question, hint: hint, options: options)
    case .mme(let question):
      PythonString(question).strip().replacing(" Please answer yes or no.", with: "").text
        + Self.shortAnswer
    case .refCOCO(let sentence): Self.grounding + sentence
    case .ccPDF(let instruction): PythonString(instruction).replacing("<|image|>", with: "").text
    }
  }

  private static let shortAnswer = "\nAnswer the question using a single word or phrase."
  private static let grounding =
    "Bounding box coordinates are specified in the format (top-left x, top-left y, bottom-right x, bottom-right y). "
    + "All values are floating point numbers bounded between 0 and 1. "
    + "Please provide the bounding box coordinate of the region this sentence describes: "

  private static func multipleChoice(
    _ question: String, hint: String?, options: [(letter: String, text: String?)]
  ) -> String {
    let lines = options.compactMap { letter, text -> String? in
      guard let text, !isMissing(text), !text.unicodeScalars.isEmpty else { return nil }
      return "\(letter). \(text)\n"
    }
    let opening = hint.flatMap { isMissing($0) ? nil : $0 + " " } ?? ""
    let asked = PythonString(opening + question + " There are several options:\n" + lines.joined())
    // The list's own line break goes, the two of the suffix stay: a blank line stands before
    // "Answer".
    return asked.rstrip(["\n"]).text
      + "\n\nAnswer with the option's letter from the given choices directly."
  }

  /// The data set writes a missing text as the three letters of a missing number.
  private static func isMissing(_ text: String) -> Bool { PythonString(text) == "nan" }
}

extension BenchmarkPrompt {
  /// The conversation that a model family was trained with.
  public enum Template: String, Sendable, CaseIterable {
    case vicuna = "vicuna_v1"
    case qwen = "qwen_1_5"
  }

  /// The complete prompt: system text, the image's mark (unless the context has one), the context,
  /// and the opening of the answer.
  public static func conversation(_ context: String, template: Template) -> String {
    let hasMark = PythonString(context).contains(PythonString(imageMark))
    return wrapped(hasMark ? context : imageMark + "\n" + context, template: template)
  }

  /// The system text, the user's text and the opening of the answer.
  static func wrapped(_ user: String, template: Template) -> String {
    switch template {
    case .vicuna:
      return "A chat between a curious user and an artificial intelligence assistant. "
        + "The assistant gives helpful, detailed, and polite answers to the user's questions. USER: \(user) ASSISTANT:"
    case .qwen:
      return "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"
        + "<|im_start|>user\n\(user)<|im_end|>\n<|im_start|>assistant\n"
    }
  }
}
