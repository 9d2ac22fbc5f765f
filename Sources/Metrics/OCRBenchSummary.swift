public import OrderedCollections

/// The table of OCRBench: hits by question type, and their sums (docs/metrics.md, section 4).
public struct OCRBenchSummary: Sendable, Equatable {
  /// Hits of each of the ten question types, in the order of the published table.
  public private(set) var hits: OrderedDictionary<String, Int>

  /// Counts hits.
  /// - Throws: ``EvaluatorException`` `KeyError` for a question type that is none of the ten.
  public init(
    _ scores: some Sequence<(questionType: String, value: Double)>
  ) throws(EvaluatorException) {
    hits = OrderedDictionary(uniqueKeysWithValues: Self.questionTypes.map { ($0, 0) })
    for (questionType, value) in scores {
      guard hits[questionType] != nil else {
        throw EvaluatorException(
          name: "KeyError", reason: "OCRBench has no question type \"\(questionType)\"")
      }
      if value > 0 { hits[questionType, default: 0] += 1 }
    }
  }

  /// At most 300: the sum of the six recognition types.
  public var textRecognition: Int {
    Self.questionTypes.prefix(6).reduce(0) { $0 + (hits[$1] ?? 0) }
  }
  public var sceneTextVQA: Int { hits["Scene Text-centric VQA"] ?? 0 }
  public var docOrientedVQA: Int { hits["Doc-oriented VQA"] ?? 0 }
  public var keyInformationExtraction: Int { hits["Key Information Extraction"] ?? 0 }
  public var formulaRecognition: Int { hits[OCRBenchScore.formulaType] ?? 0 }
  /// At most 1000: the figure that papers give. lmms-eval prints it divided by 1000, ProxyV's
  /// tables divided by 10.
  public var final: Int { hits.values.reduce(0, +) }

  /// The ten labels as they stand in the data; the first six are recognition.
  public static let questionTypes = [
    "Regular Text Recognition", "Irregular Text Recognition", "Artistic Text Recognition",
    "Handwriting Recognition",
    "Digit String Recognition", "Non-Semantic Text Recognition", "Scene Text-centric VQA",
    "Doc-oriented VQA",
    "Key Information Extraction", OCRBenchScore.formulaType,
  ]
}
