public import DataFormats
import Diagnostics

/// The line language of published test vectors: inputs as JSON in, the evaluator's result as JSON
/// out.
///
/// It lets any two implementations of a metric be compared line by line. A line has `id`, `kind`
/// (`sample` where absent) and the inputs of its metric; a result has the shape of the vectors'
/// `expected`, and an exception that the evaluator would raise is `{"error": "ZeroDivisionError"}`.
public enum MetricVectors {
  static let all: [any VectorMetric.Type] = [
    ANLSVectors.self, RelaxedAccuracyVectors.self, VQAAccuracyVectors.self, OCRBenchVectors.self,
    MMBenchVectors.self, MMEVectors.self,
    RefCOCOVectors.self, PageEditDistanceVectors.self, SentenceBLEUVectors.self, PromptVectors.self,
    CompositeVectors.self,
    SEEDBenchVectors.self, MMStarVectors.self, GQAVectors.self, MMMUVectors.self, POPEVectors.self,
    ScienceQAVectors.self, AI2DVectors.self, RealWorldQAVectors.self, GeneralPromptVectors.self,
  ]

  /// The metrics' names, as the vectors' files are named.
  public static var names: [String] { all.map { $0.name } }

  /// The evaluators that a metric knows beside the profiles, as the vectors name them.
  public static func evaluators(of metric: String) -> [String] {
    all.first { $0.name == metric }.map { Array($0.evaluators.keys).sorted() } ?? []
  }

  /// The result of one line.
  ///
  /// - Parameters:
  ///   - metric: `anls`, `relaxed_accuracy` ...
  ///   - evaluator: a profile's name or one of the names in the vectors
  ///     (`rrc_official_unstripped`); nil is the default profile
  /// - Throws: ``MetricError`` for an unknown name; `DataFormatError` for a line that lacks an
  ///   input.
  public static func result(
    metric: String, line: JSONNode, evaluator: String? = nil
  ) throws -> JSONValue {
    let metric = try vectorMetric(metric)
    let kind = try line.optional("kind")?.string() ?? "sample"
    do {
      return try metric.result(kind: kind, line: line, rules: try rules(evaluator, of: metric))
    } catch let exception as EvaluatorException {
      return ["error": .string(exception.name)]
    }
  }

  /// Checks names before any line is read.
  public static func check(metric: String, evaluator: String?) throws {
    _ = try rules(evaluator, of: vectorMetric(metric))
  }

  private static func vectorMetric(_ name: String) throws(MetricError) -> any VectorMetric.Type {
    let spelled = name.lowercased().replacing("-", with: "_")
    if let metric = all.first(where: { $0.name == spelled }) { return metric }
    throw MetricError(
      .unknownName, "unknown metric \"\(name)\"; \(suggestion(for: name, among: names))")
  }

  private static func rules(
    _ name: String?, of metric: any VectorMetric.Type
  ) throws(MetricError) -> EvaluatorRules {
    guard let name else { return .profile(.lmmsEval) }
    // The vectors' own names first: for some lines they stand for what an evaluator reads and not
    // for its score.
    if let rules = metric.evaluators[name] { return rules }
    if let profile = Profile(rawValue: name) { return .profile(profile) }
    if name == "expected" || name == "lmms_eval_head" { return .profile(.lmmsEval) }
    let known = Profile.allCases.map(\.rawValue) + metric.evaluators.keys.sorted()
    throw MetricError(
      .unknownName,
      "\(metric.name) has no profile \"\(name)\"; \(suggestion(for: name, among: known))")
  }
}

/// Whose rules a line is scored by.
enum EvaluatorRules: Sendable, Equatable {
  case profile(Profile)
  /// A function that no profile uses, by the vectors' name for it.
  case function(String)
}

/// A metric that speaks the vectors' language.
protocol VectorMetric: SendableMetatype {
  static var name: String { get }
  /// The vectors' names of evaluators.
  static var evaluators: [String: EvaluatorRules] { get }
  /// - Throws: ``EvaluatorException`` where the evaluator raises one.
  static func result(kind: String, line: JSONNode, rules: EvaluatorRules) throws -> JSONValue
}

extension VectorMetric {
  static func unknownKind(_ kind: String, _ line: JSONNode) -> MetricError {
    MetricError(.invalidLine, "\(name) has no lines of kind \"\(kind)\"", at: line.location)
  }

  /// A function that only some kinds of lines have.
  static func unsupported(_ rules: EvaluatorRules, kind: String, _ line: JSONNode) -> MetricError {
    MetricError(
      .invalidLine, "\(name) has no \(rules) for lines of kind \"\(kind)\"", at: line.location)
  }

  /// A text input; null, as evaluators get it for a missing prediction, is the empty text.
  static func text(_ line: JSONNode, _ key: String) throws -> String {
    try line.optional(key)?.string() ?? ""
  }
}

extension JSONValue {
  /// The arithmetic mean as vectors write it; null where there is nothing to average.
  static func mean(_ values: [Double]) -> JSONValue {
    values.isEmpty ? .null : .number(values.reduce(0, +) / Double(values.count))
  }
}
