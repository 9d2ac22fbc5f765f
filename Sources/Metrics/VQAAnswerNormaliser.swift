public import PythonText

/// What VQA accuracy compares: the text without case, punctuation and articles, numbers as digits,
/// contractions with their apostrophe (docs/metrics.md, section 5).
///
/// Two forms exist: the EvalAI processor of lmms-eval and mmf, and VLMEvalKit's. The quirks of both
/// are kept: only the first 32 periods are removed (the scripts pass a regex flag where the count
/// belongs), and a mark is deleted where it stands beside a space anywhere in the text, else
/// replaced by a space.
public enum VQAAnswerNormaliser {
  /// The normal form of an answer under a profile.
  public static func normalized(_ text: PythonString, profile: Profile) -> PythonString {
    profile.isVLMEvalKit ? vlmEvalKit(text, profile) : evalAI(text)
  }

  private static func evalAI(_ text: PythonString) -> PythonString {
    var cleaned: [Unicode.Scalar] = []
    cleaned.reserveCapacity(text.count + 4)
    for scalar in text.lower().scalars {
      switch scalar {
      case ",", "?": continue
      case "\n", "\t": cleaned.append(" ")
      case "s" where cleaned.last == "'":
        cleaned.insert(" ", at: cleaned.count - 1)
        cleaned.append(scalar)
      default: cleaned.append(scalar)
      }
    }
    let stripped = PythonString(cleaned).strip()
    return words(withoutPeriods(withoutMarks(stripped.scalars, deleting: false)) { _ in true })
  }

  private static func vlmEvalKit(_ text: PythonString, _ profile: Profile) -> PythonString {
    let spaced = PythonString(text.scalars.map { $0 == "\n" || $0 == "\t" ? " " : $0 }).strip()
    return words(withoutPunctuation(spaced, profile: profile).lower().scalars)
  }

  /// VLMEvalKit's `process_punctuation`, which its yes/no benchmarks use too.
  ///
  /// Until ``RuleChange/vlmEvalKitPeriods`` its pattern had the same misprint as mmf's, so that
  /// only what follows a period counted.
  static func withoutPunctuation(_ text: PythonString, profile: Profile) -> PythonString {
    let scalars = text.scalars
    let hasThousands = scalars.indices.dropFirst().dropLast().contains { index in
      scalars[index] == "," && isDigit(scalars[index - 1]) && isDigit(scalars[index + 1])
    }
    let unmarked = withoutMarks(scalars, deleting: hasThousands)
    let looksBack = profile.follows(.vlmEvalKitPeriods)
    return PythonString(
      withoutPeriods(unmarked) { before in !looksBack || before.map { !isDigit($0) } ?? true })
  }

  // MARK: - Steps

  /// Deletes each mark that stands beside a space somewhere in the text, and replaces the others by
  /// spaces.
  private static func withoutMarks(
    _ text: [Unicode.Scalar], deleting deletesAll: Bool
  ) -> [Unicode.Scalar] {
    guard text.contains(where: isMark) else { return text }
    // Marks are ASCII: one bit each.
    var besideSpace: UInt128 = deletesAll ? .max : 0
    for index in text.indices where isMark(text[index]) {
      if (index > 0 && text[index - 1] == " ") || (index + 1 < text.count && text[index + 1] == " ")
      {
        besideSpace |= 1 << UInt128(text[index].value)
      }
    }
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(text.count)
    for scalar in text {
      if !isMark(scalar) {
        result.append(scalar)
      } else if besideSpace >> UInt128(scalar.value) & 1 == 0 {
        result.append(" ")
      }
    }
    return result
  }

  /// Deletes the first 32 periods that no digit follows and whose scalar before satisfies
  /// `follows`.
  private static func withoutPeriods(
    _ text: [Unicode.Scalar], where follows: (Unicode.Scalar?) -> Bool
  ) -> [Unicode.Scalar] {
    guard text.contains(".") else { return text }
    var removed = 0
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(text.count)
    for (index, scalar) in text.enumerated() {
      let isLast = index + 1 == text.count
      if scalar == ".", removed < 32, isLast || !isDigit(text[index + 1]),
        follows(index > 0 ? text[index - 1] : nil)
      {
        removed += 1
      } else {
        result.append(scalar)
      }
    }
    return result
  }

  /// Maps numbers and contractions, drops articles, and joins the words with one space. The text is
  /// in lower case.
  private static func words(_ text: [Unicode.Scalar]) -> PythonString {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(text.count)
    for word in text.split(whereSeparator: PythonString.isWhitespace) {
      let change = VQAAnswerWords.change(of: word)
      if case .dropped = change { continue }
      if !result.isEmpty { result.append(" ") }
      if case .replaced(let replacement) = change {
        result.append(contentsOf: replacement)
      } else {
        result.append(contentsOf: word)
      }
    }
    return PythonString(result)
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
    PythonString.digitValue(scalar) != nil
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case ";", "/", "[", "]", "\"", "{", "}", "(", ")", "=", "+", "\\", "_", "-", ">", "<", "@", "`",
      ",", "?", "!":
      true
    default: false
    }
  }
}
