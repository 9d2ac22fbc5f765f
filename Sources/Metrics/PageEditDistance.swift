import PythonText

/// Normalised edit distance of a page's text, 0 (equal) to 1: one of the two figures of CCpdf
/// (docs/metrics.md, section 9).
///
/// `levenshtein(prediction, reference) / max(lengths)` over Unicode scalars with unit costs, as
/// nougat, Vary and Fox compute it; lower is better. The rule is inferred from the paper's scale:
/// no evaluator of CCpdf is published.
public enum PageEditDistance {
  /// The distance of two texts before it is divided.
  public struct Measure: Sendable, Equatable {
    public var edits: Int
    /// The length of the longer text, in scalars.
    public var length: Int

    public init(edits: Int, length: Int) {
      self.edits = edits
      self.length = length
    }

    /// nil for two empty texts, where nougat and Fox divide by zero.
    public var ratio: Double? { length == 0 ? nil : Double(edits) / Double(length) }
  }

  /// The distance of one page, with the tags of the data set's format removed from both sides; two
  /// empty texts give 0.
  ///
  /// All profiles agree.
  ///
  /// - Parameter collapsingWhitespace: compare with every run of whitespace as one space
  public static func score(
    prediction: String, reference: String, profile: Profile, collapsingWhitespace: Bool = false
  ) -> MetricScore {
    let text = PageText.cleaned(PythonString(prediction))
    let expected = PageText.cleaned(PythonString(reference))
    let measure = measure(text, expected, collapsingWhitespace: collapsingWhitespace)
    let rule =
      measure.length == 0 ? "both texts are empty" : "\(measure.edits) edits of \(measure.length)"
    return MetricScore(value: measure.ratio ?? 0, rule: rule, extracted: text.text)
  }

  /// The distance of two texts as they are.
  public static func measure(
    _ prediction: PythonString, _ reference: PythonString, collapsingWhitespace: Bool = false
  ) -> Measure {
    let (a, b) =
      collapsingWhitespace
      ? (prediction.collapsingWhitespace(), reference.collapsingWhitespace())
      : (prediction, reference)
    return Measure(edits: EditDistance.levenshtein(a, b), length: max(a.count, b.count))
  }

  /// All pages' edits over all pages' lengths: a second figure beside the mean over pages, in which
  /// long pages weigh more.
  public static func pooled(_ measures: [Measure]) -> Double? {
    Measure(
      edits: measures.reduce(0) { $0 + $1.edits }, length: measures.reduce(0) { $0 + $1.length }
    ).ratio
  }
}

/// The text of a page as models of DocStruct4M write it.
public enum PageText {
  /// Without whitespace at the ends and without one leading `<doc>` and one trailing `</doc>`.
  public static func cleaned(_ text: PythonString) -> PythonString {
    var cleaned = text.strip()
    if cleaned.hasPrefix(opening) {
      cleaned = PythonString(cleaned.scalars.dropFirst(opening.count))
    }
    if cleaned.hasSuffix(closing) {
      cleaned = PythonString(cleaned.scalars.dropLast(closing.count))
    }
    return cleaned.strip()
  }

  private static let opening: PythonString = "<doc>"
  private static let closing: PythonString = "</doc>"
}
