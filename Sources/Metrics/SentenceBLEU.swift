import Foundation
import PythonText

/// Sentence BLEU-4 of a page's text, 0 to 1: one of the two figures of CCpdf (docs/metrics.md,
/// section 9).
///
/// Whitespace tokens, uniform weights, one reference, no smoothing, as nltk's `sentence_bleu`
/// computes it: `BP * exp(sum of ln(m_n / t_n) / 4)`. An order without a match counts as the
/// smallest normal number, so that equal texts of fewer than four words score about 0 and not 1.
public enum SentenceBLEU {
  /// BLEU of one page with its parts.
  public struct Measure: Sendable, Equatable {
    public var value: Double
    /// n-grams found in the reference, n from 1 to 4.
    public var ngramMatches: [Int]
    /// n-grams of the prediction, at least 1 each.
    public var ngramTotals: [Int]
    public var brevityPenalty: Double
    public var predictionLength: Int
    public var referenceLength: Int
  }

  /// BLEU of one page, with the tags of the data set's format removed from both sides. All profiles
  /// agree.
  public static func score(prediction: String, reference: String, profile: Profile) -> MetricScore {
    let text = PageText.cleaned(PythonString(prediction))
    let measure = measure(text, PageText.cleaned(PythonString(reference)))
    let parts = zip(measure.ngramMatches, measure.ngramTotals).map { "\($0)/\($1)" }.joined(
      separator: " ")
    let rule = "n-grams \(parts), brevity penalty \(measure.brevityPenalty)"
    return MetricScore(value: measure.value, rule: rule, extracted: text.text)
  }

  /// BLEU of two texts as they are.
  public static func measure(_ prediction: PythonString, _ reference: PythonString) -> Measure {
    measure([statistics(prediction, reference)])
  }

  /// nltk's `corpus_bleu`: counts and lengths pooled over pages before anything is divided; nil
  /// without pages.
  public static func corpus(
    _ pages: [(prediction: PythonString, reference: PythonString)]
  ) -> Measure? {
    pages.isEmpty ? nil : measure(pages.map { statistics($0.prediction, $0.reference) })
  }

  private static func statistics(
    _ prediction: PythonString, _ reference: PythonString
  ) -> NGramStatistics {
    var statistics = NGramStatistics(prediction: prediction.split(), reference: reference.split())
    // nltk divides by 1 where a text is too short to have an n-gram, page by page.
    statistics.totals = statistics.totals.map { max(1, $0) }
    return statistics
  }

  private static func measure(_ pages: [NGramStatistics]) -> Measure {
    let sum = NGramStatistics.sum(pages) ?? NGramStatistics(prediction: [], reference: [])
    let penalty = brevityPenalty(
      predictionLength: sum.predictionLength, referenceLength: sum.referenceLength)
    let logarithms = zip(sum.matches, sum.totals).map { matches, total in
      log(matches == 0 ? Double.leastNormalMagnitude : Double(matches) / Double(total))
        / Double(NGramStatistics.orders)
    }
    return Measure(
      value: sum.matches[0] == 0 ? 0 : penalty * exp(logarithms.reduce(0, +)),
      ngramMatches: sum.matches, ngramTotals: sum.totals,
      brevityPenalty: penalty, predictionLength: sum.predictionLength,
      referenceLength: sum.referenceLength)
  }

  /// 1 for a text longer than its reference, 0 for an empty one, else `exp(1 - reference /
  /// prediction)`.
  private static func brevityPenalty(predictionLength: Int, referenceLength: Int) -> Double {
    if predictionLength > referenceLength { return 1 }
    return predictionLength == 0 ? 0 : exp(1 - Double(referenceLength) / Double(predictionLength))
  }
}
