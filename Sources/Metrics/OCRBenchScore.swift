import PythonText

/// The hit rule of OCRBench: one of the answers stands somewhere in the prediction
/// (docs/metrics.md, section 4).
///
/// Texts are compared in lower case, stripped, with newlines as spaces. Formulas (dataset HME100k)
/// are compared in their own case and without any space. An empty answer is contained in
/// everything.
public enum OCRBenchScore {
  /// The dataset whose answers are formulas.
  public static let formulaDataset = "HME100k"
  /// The question type of the formulas.
  public static let formulaType = "Handwritten Mathematical Expression Recognition"

  /// 1 or 0 for one prediction.
  ///
  /// - Parameters:
  ///   - prediction: as generated; every evaluator strips it
  ///   - answers: the accepted answers, one or more
  ///   - dataset: `HME100k`, `svt` ...; nil where the file has none, as VLMEvalKit's has not
  ///   - questionType: the label that stands for the dataset there, `Regular Text Recognition` ...
  public static func score(
    prediction: String, answers: [String], dataset: String?, questionType: String?, profile: Profile
  ) -> MetricScore {
    isFormula(dataset: dataset, questionType: questionType, profile: profile)
      ? formulaScore(PythonString(prediction), answers, profile)
      : textScore(PythonString(prediction), answers, profile)
  }

  private static func isFormula(dataset: String?, questionType: String?, profile: Profile) -> Bool {
    guard let dataset, !profile.isVLMEvalKit || questionType == nil else {
      return questionType.map { PythonString($0) == PythonString(formulaType) } ?? false
    }
    return PythonString(dataset) == PythonString(formulaDataset)
  }

  private static func formulaScore(
    _ prediction: PythonString, _ answers: [String], _ profile: Profile
  ) -> MetricScore {
    // Until April 2026 lmms-eval lowered the prediction only: formulas with a capital letter could
    // not be right.
    let lowers = profile.evaluator == .lmmsEval && !profile.follows(.lmmsEvalFormulaCase)
    let text = withoutSpaces(lowers ? prediction.lower() : prediction)
    return found(
      answers, note: lowers ? ", without spaces, prediction in lower case" : ", without spaces"
    ) {
      text.contains(withoutSpaces(PythonString($0)))
    }
  }

  private static func textScore(
    _ prediction: PythonString, _ answers: [String], _ profile: Profile
  ) -> MetricScore {
    let plain = normalized(prediction)
    let score = found(answers, note: "") { plain.contains(normalized(PythonString($0))) }
    guard profile.follows(.lmmsEvalFullWidth), score.value == 0 else { return score }
    // Folding maps scalars one to one and never undoes a match, so that it matters only where there
    // was none.
    let folded = normalized(foldingFullWidth(prediction))
    return found(answers, note: ", full-width letters folded") {
      folded.contains(normalized(foldingFullWidth(PythonString($0))))
    }
  }

  private static func found(
    _ answers: [String], note: String, _ contains: (String) -> Bool
  ) -> MetricScore {
    if let answer = answers.first(where: contains) {
      return MetricScore(value: 1, rule: "contains \"\(answer)\"" + note)
    }
    let what =
      answers.count == 1
      ? "does not contain \"\(answers[0])\"" : "contains none of \(answers.count) answers"
    return MetricScore(value: 0, rule: what + note)
  }

  /// `s.lower().strip().replace("\n", " ")`.
  private static func normalized(_ text: PythonString) -> PythonString {
    withSpaces(text.lower().strip())
  }

  /// Only the space itself is removed: tabs and other blanks stay.
  private static func withoutSpaces(_ text: PythonString) -> PythonString {
    PythonString(text.strip().scalars.filter { $0 != "\n" && $0 != " " })
  }

  private static func withSpaces(_ text: PythonString) -> PythonString {
    text.contains("\n" as Unicode.Scalar)
      ? PythonString(text.scalars.map { $0 == "\n" ? " " : $0 }) : text
  }

  /// Full-width forms of ASCII to ASCII, and the ideographic space to a space.
  static func foldingFullWidth(_ text: PythonString) -> PythonString {
    PythonString(
      text.scalars.map { scalar in
        switch scalar.value {
        case 0xFF01...0xFF5E: Unicode.Scalar(UInt8(scalar.value - 0xFEE0))
        case 0x3000: " "
        default: scalar
        }
      })
  }
}
