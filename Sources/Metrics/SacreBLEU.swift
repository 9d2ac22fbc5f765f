import Foundation
import PythonText

/// BLEU as sacrebleu computes it, 0 to 1: for comparison only, since papers that say "BLEU" may
/// mean it.
///
/// It differs from ``SentenceBLEU`` in its tokens and in its smoothing: the k-th order without a
/// match counts as `1 / (2^k * total)`.
public enum SacreBLEU {
  public enum Tokenizer: Sendable {
    /// `13a`: mteval's, which splits off ASCII punctuation.
    case mteval
    /// `char`: every scalar but whitespace.
    case characters

    func tokens(_ text: PythonString) -> [PythonString] {
      switch self {
      case .mteval: MTEvalTokenizer.tokens(text)
      case .characters:
        text.scalars.filter { !PythonString.isWhitespace($0) }.map { PythonString([$0]) }
      }
    }
  }

  /// One text against one reference; orders that the text is too short for are left out of the
  /// mean.
  public static func sentence(
    _ prediction: PythonString, _ reference: PythonString, tokenizer: Tokenizer
  ) -> Double {
    score(statistics(prediction, reference, tokenizer), skippingMissingOrders: true)
  }

  /// Counts pooled over texts; nil without any.
  public static func corpus(
    _ pages: [(prediction: PythonString, reference: PythonString)], tokenizer: Tokenizer
  ) -> Double? {
    NGramStatistics.sum(pages.map { statistics($0.prediction, $0.reference, tokenizer) }).map {
      score($0, skippingMissingOrders: false)
    }
  }

  private static func statistics(
    _ prediction: PythonString, _ reference: PythonString, _ tokenizer: Tokenizer
  ) -> NGramStatistics {
    NGramStatistics(
      prediction: tokenizer.tokens(prediction), reference: tokenizer.tokens(reference))
  }

  private static func score(_ counts: NGramStatistics, skippingMissingOrders: Bool) -> Double {
    guard counts.matches.contains(where: { $0 > 0 }) else { return 0 }
    var smoothing = 1.0
    var logarithms: [Double] = []
    for (matches, total) in zip(counts.matches, counts.totals) {
      guard total > 0 else { break }
      if matches == 0 { smoothing *= 2 }
      logarithms.append(
        log(matches == 0 ? 1 / (smoothing * Double(total)) : Double(matches) / Double(total)))
    }
    // A missing order has precision 0, whose logarithm is taken for minus ten thousand million: the
    // product vanishes.
    guard skippingMissingOrders || logarithms.count == NGramStatistics.orders else { return 0 }
    let isShort = counts.predictionLength < counts.referenceLength
    let penalty =
      isShort ? exp(1 - Double(counts.referenceLength) / Double(counts.predictionLength)) : 1
    return penalty * exp(logarithms.reduce(0, +) / Double(logarithms.count))
  }
}

/// The tokens of mteval-v13a: ASCII punctuation stands alone, except periods and commas between
/// digits, hyphens and apostrophes.
enum MTEvalTokenizer {
  static func tokens(_ text: PythonString) -> [PythonString] {
    // The evaluator drops whitespace at the end first, so that a hyphen before a last line break
    // stays.
    var text = PythonString(
      text.scalars[..<((text.scalars.lastIndex { !PythonString.isWhitespace($0) } ?? -1) + 1)])
    text = text.replacing("<skipped>", with: "").replacing("-\n", with: "").replacing(
      "\n", with: " ")
    for (entity, character) in [("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")] {
      text = text.replacing(PythonString(entity), with: PythonString(character))
    }
    var scalars: [Unicode.Scalar] = [" "]
    for scalar in text.scalars {
      if standsAlone(scalar) {
        scalars.append(contentsOf: [" ", scalar, " "])
      } else {
        scalars.append(scalar)
      }
    }
    scalars.append(" ")
    scalars = spaced(scalars, { !isDigit($0) && isPoint($1) }) { [$0, " ", $1, " "] }
    scalars = spaced(scalars, { isPoint($0) && !isDigit($1) }) { [" ", $0, " ", $1] }
    scalars = spaced(scalars, { isDigit($0) && $1 == "-" }) { [$0, " ", $1, " "] }
    return PythonString(scalars).split()
  }

  /// Replaces pairs of neighbours from left to right; a replaced pair is not looked at again.
  private static func spaced(
    _ scalars: [Unicode.Scalar], _ matches: (Unicode.Scalar, Unicode.Scalar) -> Bool,
    with replacement: (Unicode.Scalar, Unicode.Scalar) -> [Unicode.Scalar]
  ) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(scalars.count + scalars.count / 4)
    var index = 0
    while index < scalars.count {
      if index + 1 < scalars.count, matches(scalars[index], scalars[index + 1]) {
        result.append(contentsOf: replacement(scalars[index], scalars[index + 1]))
        index += 2
      } else {
        result.append(scalars[index])
        index += 1
      }
    }
    return result
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
  private static func isPoint(_ scalar: Unicode.Scalar) -> Bool { scalar == "." || scalar == "," }

  /// ASCII punctuation but the apostrophe, the comma, the hyphen and the period.
  private static func standsAlone(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "!"..."&", "("..."+", "/", ":"..."@", "["..."`", "{"..."~": true
    default: false
    }
  }
}
