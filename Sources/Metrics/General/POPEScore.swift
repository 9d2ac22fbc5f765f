import PythonText

/// POPE: is the object there? (docs/metrics-more.md, section 5)
public enum POPEScore {
  /// 1 or 0 for one question; `extracted` is the answer that was read.
  /// - Parameter answer: `yes` or `no`, in any case
  public static func score(prediction: String, answer: String, profile: Profile) -> MetricScore {
    let raw = PythonString(prediction)
    let gold = PythonString(answer)
    switch profile.evaluator {
    case .lmmsEval:
      let given = profile.given(raw).lower().strip()
      return MetricScore(
        value: given == gold.strip().lower() ? 1 : 0, rule: "the whole answer, in lower case",
        extracted: given.text)
    case .official, .llava:
      let given = saysNo(raw) ? "no" : "yes"
      return MetricScore(
        value: PythonString(given) == gold.strip().lower() ? 1 : 0,
        rule: given == "no" ? "a word before the first full stop is no or not" : "no word says no",
        extracted: given)
    case .vlmEvalKit:
      let given = vlmEvalKit(raw, profile)
      return MetricScore(
        value: PythonString(given).lower() == gold.lower() ? 1 : 0,
        rule: given == "Unknown" ? "neither yes nor no, or both" : "one of the words is it",
        extracted: given)
    }
  }

  /// The authors' parse: what stands before the first full stop, without commas, split at spaces.
  static func saysNo(_ text: PythonString) -> Bool {
    let before = text.split(".")[0]
    let words = PythonString(before.scalars.filter { $0 != "," }).split(" ")
    return words.contains("No") || words.contains("not") || words.contains("no")
  }

  private static func vlmEvalKit(_ text: PythonString, _ profile: Profile) -> String {
    let words = VQAAnswerNormaliser.withoutPunctuation(text.lower(), profile: profile).split()
    switch (words.contains("yes"), words.contains("no")) {
    case (true, false): return "Yes"
    case (false, true): return "No"
    default: return "Unknown"
    }
  }
}

/// Hits and misses of yes/no answers, and the figures of them.
public struct YesNoCounts: Sendable, Equatable {
  public var truePositive = 0, falsePositive = 0, trueNegative = 0, falseNegative = 0
  /// All rows, those in no cell included.
  public var rows = 0
  public var right = 0
  /// Rows whose label is yes.
  public var yesLabels = 0

  public init() {}

  /// Counts one row.
  ///
  /// - Parameters:
  ///   - given: what was read of the answer, in lower case; anything but `yes` and `no` is in no
  ///     cell of lmms-eval's table, and counts as no in the others'
  ///   - othersAreNo: whether it counts as no
  public mutating func add(given: String, answerIsYes: Bool, isRight: Bool, othersAreNo: Bool) {
    rows += 1
    right += isRight ? 1 : 0
    yesLabels += answerIsYes ? 1 : 0
    let saysYes = PythonString(given) == "yes"
    let saysNo = PythonString(given) == "no" || (othersAreNo && !saysYes)
    if saysYes, answerIsYes { truePositive += 1 }
    if saysYes, !answerIsYes { falsePositive += 1 }
    if saysNo, answerIsYes { falseNegative += 1 }
    if saysNo, !answerIsYes { trueNegative += 1 }
  }

  /// nil where the evaluator would divide by zero.
  public var precision: Double? { Self.share(truePositive, truePositive + falsePositive) }
  public var recall: Double? { Self.share(truePositive, truePositive + falseNegative) }

  /// 2pr / (p + r), 0 where precision and recall are 0 or undefined.
  public var f1: Double {
    let (p, r) = (precision ?? 0, recall ?? 0)
    return p + r == 0 ? 0 : 2 * p * r / (p + r)
  }

  public var accuracy: Double? { Self.share(right, rows) }

  static func share(_ count: Int, _ total: Int) -> Double? {
    total == 0 ? nil : Double(count) / Double(total)
  }
}
