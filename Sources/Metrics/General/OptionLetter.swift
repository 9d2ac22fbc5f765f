import PythonText

/// The option letter that VLMEvalKit reads from a free answer, for tables with any of the columns A
/// to Z (docs/metrics-more.md, section 0.4).
enum OptionLetter {
  /// - Parameters:
  ///   - options: the columns that the table has, in order; texts that pandas reads as missing
  ///     (empty, `nan`, `None`, `null` ...) are no options
  /// - Returns: the letter, or `Z` where none can be read and a judge model would be asked
  static func vlmEvalKit(
    _ prediction: PythonString, options: [(letter: Unicode.Scalar, text: PythonString)],
    profile: Profile
  ) -> MMBenchExtraction {
    let read = MMBenchExtraction.vlmCanInfer(
      prediction, options.map { .init(letter: $0.letter, text: $0.text) },
      looksAtEnd: profile.follows(.vlmEvalKitLastWords),
      readsAnswerIs: profile.follows(.vlmEvalKitAnswerIs))
    return MMBenchExtraction(letter: read.letter ?? "Z", rule: read.rule)
  }

  /// `A`, `B`, `C` ... for options in their order.
  static func lettered(_ options: [String]) -> [(letter: Unicode.Scalar, text: PythonString)] {
    zip(letters, options).map { ($0, PythonString($1)) }
  }

  static let letters: [Unicode.Scalar] = (0x41...0x5A).compactMap { Unicode.Scalar($0) }

  /// The letter of the option at `index`, or nil beyond Z.
  static func letter(_ index: Int) -> Unicode.Scalar? {
    letters.indices.contains(index) ? letters[index] : nil
  }

  /// 1 where the letter that was read is the right one.
  static func score(_ read: MMBenchExtraction, answer: PythonString) -> MetricScore {
    let isRight = read.letter.map { PythonString($0) == answer } ?? false
    return MetricScore(value: isRight ? 1 : 0, rule: read.rule, extracted: read.letter)
  }
}
