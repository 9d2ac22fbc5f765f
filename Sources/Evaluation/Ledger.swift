import DataFormats

/// What became of every sample; it stands beside every score.
public struct Ledger: Sendable, Equatable {
  /// Samples of the data.
  public var total = 0
  /// Samples that the run was asked to answer: the denominator.
  public var selected = 0
  /// Selected samples with an answer.
  public var answered = 0
  /// Selected samples that ended in an error; they count as wrong.
  public var failed = 0
  /// Answers that are empty after stripping.
  public var empty = 0
  /// Answers cut off at the token limit.
  public var truncated = 0
  /// Selected samples without any line in the log; they count as wrong.
  public var missing = 0
  /// Answers to a prompt whose end the model never saw: it was longer than the tokenizer allows.
  public var promptCut = 0
  /// Answers that were given without an image, though this run's other questions have one.
  public var withoutImage = 0
  /// Lines that repeat an answered sample, or answer one that the data does not have.
  public var duplicate = 0

  public init() {}

  /// Whether the score is not that of the complete data: something was not selected, or has no
  /// answer.
  public var isPartial: Bool { selected < total || missing > 0 || failed > 0 }

  public var json: JSONValue {
    [
      "total": .integer(total), "selected": .integer(selected), "answered": .integer(answered),
      "failed": .integer(failed),
      "empty": .integer(empty), "truncated": .integer(truncated), "missing": .integer(missing),
      "duplicate": .integer(duplicate), "prompt_cut": .integer(promptCut),
      "without_image": .integer(withoutImage),
      "partial": .bool(isPartial),
    ]
  }

  /// One line for a terminal.
  public var summary: String {
    var parts = ["\(answered) of \(total) answered"]
    if selected < total { parts.append("\(selected) selected") }
    for (count, name) in [
      (failed, "failed"), (missing, "missing"), (empty, "empty"), (truncated, "truncated"),
      (duplicate, "duplicate"), (promptCut, "with a prompt that was cut"),
      (withoutImage, "asked without an image"),
    ]
    where count > 0 { parts.append("\(count) \(name)") }
    return parts.joined(separator: ", ") + (isPartial ? " (PARTIAL)" : "")
  }
}
