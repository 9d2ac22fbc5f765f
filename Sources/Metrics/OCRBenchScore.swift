import PythonText

/// OCRBench's metric: a hit where an accepted answer stands in the prediction (metrics specification, section 4).
public enum OCRBenchScore {
  /// 1 or 0 for one answer.
  ///
  /// - Parameter isFormula: a handwritten formula (`HME100k`): compared without spaces and with its case
  public static func score(prediction: String, answers: [String], isFormula: Bool, profile: Profile) -> MetricScore {
    var predicted = PythonString(prediction).strip()
    // Up to 0.3 lmms-eval lower-cased a formula's prediction but not its answer (its issue 1220).
    if isFormula && (profile == .lmmsEval03 || profile == .lmmsEval02) { predicted = predicted.lower() }
    func normalize(_ text: PythonString) -> PythonString { isFormula ? formula(text) : plain(text, folds: profile == .lmmsEval) }
    let text = normalize(predicted)
    for answer in answers where text.contains(normalize(PythonString(answer))) {
      return MetricScore(value: 1, rule: "the prediction contains \"\(answer)\"", extracted: text.text)
    }
    return MetricScore(value: 0, rule: "the prediction contains no accepted answer", extracted: text.text)
  }

  /// Line ends as spaces, then no spaces at all; other whitespace stays.
  private static func formula(_ text: PythonString) -> PythonString {
    PythonString(text.strip().scalars.filter { $0 != " " && $0 != "\n" })
  }

  /// Lower case, stripped, line ends as spaces; full-width characters folded first where the evaluator does.
  private static func plain(_ text: PythonString, folds: Bool) -> PythonString {
    let folded = folds ? PythonString(text.scalars.map(halfWidth)) : text
    return PythonString(folded.lower().strip().scalars.map { $0 == "\n" ? " " : $0 })
  }

  private static func halfWidth(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0xFF01...0xFF5E: Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar
    case 0x3000: " "
    default: scalar
    }
  }
}
