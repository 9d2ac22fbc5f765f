import PythonText

/// Equal texts without regard to case and ASCII punctuation: lmms-eval's `exact_match` with
/// `ignore_case` and `ignore_punctuation`, the metric of GQA, AI2D and, until April 2026,
/// RealWorldQA (docs/metrics-more.md, section 0.2).
public enum ExactMatch {
  /// 1 where both texts have one normal form.
  /// - Parameter prediction: as the evaluator's filters left it, stripped
  public static func score(_ prediction: PythonString, _ answer: PythonString) -> MetricScore {
    let isEqual = normalized(prediction) == normalized(answer)
    return MetricScore(
      value: isEqual ? 1 : 0,
      rule: isEqual ? "equal without case and punctuation" : "texts differ",
      extracted: prediction.text)
  }

  /// `lower`, without the 32 marks of `string.punctuation`.
  ///
  /// The evaluator computes in numpy's arrays of texts of fixed length: trailing NULs are lost, and
  /// a lower-case form that is longer than its text is cut.
  static func normalized(_ text: PythonString) -> PythonString {
    let bare = withoutTrailingNULs(text)
    let lowered = bare.lower().scalars.prefix(bare.count)
    return withoutTrailingNULs(PythonString(lowered.filter { !isPunctuation($0) }))
  }

  private static func withoutTrailingNULs(_ text: PythonString) -> PythonString {
    text.rstrip(["\0"])
  }

  private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
    default: false
    }
  }
}
