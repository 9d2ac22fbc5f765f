import DataFormats
import PythonText

/// `docparse_ed`: `{"prediction", "reference"}`, as they are, to the normalised edit distance;
/// aggregates of `items` to its mean.
enum PageEditDistanceVectors: VectorMetric {
  static let name = "docparse_ed"
  static let evaluators: [String: EvaluatorRules] = [
    "fox": .profile(.lmmsEval), "nougat_minlen4": .function("nougat_minlen4"),
    "whitespace_collapsed": .function("whitespace_collapsed"),
    "global_ratio_sum_dist_over_sum_maxlen": .function("global_ratio_sum_dist_over_sum_maxlen"),
  ]

  /// nougat leaves out pages where either side is shorter.
  private static let nougatMinimum = 4

  static func result(kind: String, line: JSONNode, rules: EvaluatorRules) throws -> JSONValue {
    switch (kind, rules) {
    case ("sample", .function("nougat_minlen4")):
      let (prediction, reference) = try pageTexts(line)
      if min(prediction.count, reference.count) < nougatMinimum { return .null }
      return .number(try ratio(PageEditDistance.measure(prediction, reference).ratio))
    case ("sample", .function("whitespace_collapsed")):
      let (prediction, reference) = try pageTexts(line)
      return .number(
        try ratio(PageEditDistance.measure(prediction, reference, collapsingWhitespace: true).ratio)
      )
    case ("sample", .profile): return .number(try ratio(try measure(line).ratio))
    case ("aggregate", .function("global_ratio_sum_dist_over_sum_maxlen")):
      return .number(try ratio(PageEditDistance.pooled(try line["items"].list().map(measure))))
    case ("aggregate", .profile):
      return [
        "edit_distance": .mean(try line["items"].list().map { try ratio(try measure($0).ratio) })
      ]
    case ("sample", _), ("aggregate", _): throw unsupported(rules, kind: kind, line)
    default: throw unknownKind(kind, line)
    }
  }

  private static func measure(_ line: JSONNode) throws -> PageEditDistance.Measure {
    let (prediction, reference) = try pageTexts(line)
    return PageEditDistance.measure(prediction, reference)
  }

  private static func ratio(_ value: Double?) throws(EvaluatorException) -> Double {
    guard let value else { throw EvaluatorException(name: "ZeroDivisionError") }
    return value
  }
}

/// `docparse_bleu`: `{"prediction", "reference"}`, as they are, to nltk's sentence BLEU; aggregates
/// of `items` to its mean.
///
/// `ngram_matches`, `ngram_totals` and `brevity_penalty` give the parts of a sample's score.
enum SentenceBLEUVectors: VectorMetric {
  static let name = "docparse_bleu"
  static let evaluators: [String: EvaluatorRules] = Dictionary(
    uniqueKeysWithValues: [
      "ngram_matches", "ngram_totals", "brevity_penalty", "sacrebleu_sentence_13a_exp_0to1",
      "sacrebleu_sentence_char_0to1",
      "nltk_corpus_bleu_whitespace", "sacrebleu_corpus_13a_0to1",
    ].map { ($0, .function($0)) })

  static func result(kind: String, line: JSONNode, rules: EvaluatorRules) throws -> JSONValue {
    switch (kind, rules) {
    case ("sample", .profile): return .number(try measure(line).value)
    case ("sample", .function("ngram_matches")):
      return .array(try measure(line).ngramMatches.map { .integer($0) })
    case ("sample", .function("ngram_totals")):
      return .array(try measure(line).ngramTotals.map { .integer($0) })
    case ("sample", .function("brevity_penalty")): return .number(try measure(line).brevityPenalty)
    case ("sample", .function("sacrebleu_sentence_13a_exp_0to1")):
      return try sacreBLEU(line, .mteval)
    case ("sample", .function("sacrebleu_sentence_char_0to1")):
      return try sacreBLEU(line, .characters)
    case ("aggregate", .profile):
      return ["bleu": .mean(try line["items"].list().map { try measure($0).value })]
    case ("aggregate", .function("nltk_corpus_bleu_whitespace")):
      return SentenceBLEU.corpus(try line["items"].list().map(pageTexts)).map { .number($0.value) }
        ?? .null
    case ("aggregate", .function("sacrebleu_corpus_13a_0to1")):
      return SacreBLEU.corpus(try line["items"].list().map(pageTexts), tokenizer: .mteval).map {
        .number($0)
      } ?? .null
    case ("sample", _), ("aggregate", _): throw unsupported(rules, kind: kind, line)
    default: throw unknownKind(kind, line)
    }
  }

  private static func measure(_ line: JSONNode) throws -> SentenceBLEU.Measure {
    let (prediction, reference) = try pageTexts(line)
    return SentenceBLEU.measure(prediction, reference)
  }

  private static func sacreBLEU(
    _ line: JSONNode, _ tokenizer: SacreBLEU.Tokenizer
  ) throws -> JSONValue {
    let (prediction, reference) = try pageTexts(line)
    return .number(SacreBLEU.sentence(prediction, reference, tokenizer: tokenizer))
  }
}

extension VectorMetric {
  fileprivate static func pageTexts(
    _ line: JSONNode
  ) throws -> (prediction: PythonString, reference: PythonString) {
    (PythonString(try text(line, "prediction")), PythonString(try text(line, "reference")))
  }
}
