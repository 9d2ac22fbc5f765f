/// The score of one answer, with what is needed to explain it.
public struct MetricScore: Sendable, Equatable {
  /// On the metric's own scale, most often 0 to 1.
  public var value: Double
  /// The rule that decided, in words: `distance 2 of 8`, `within 5 %`, `texts equal` ...
  public var rule: String
  /// What the metric took from the prediction, where that is less than all of it: a letter, a
  /// number, a box.
  public var extracted: String?
  /// Further values of the same answer, where a metric has several: `bleu` beside an edit distance.
  public var parts: [String: Double] = [:]

  public init(value: Double, rule: String, extracted: String? = nil) {
    self.value = value
    self.rule = rule
    self.extracted = extracted
  }
}
