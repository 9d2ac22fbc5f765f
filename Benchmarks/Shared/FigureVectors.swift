public import DataFormats
import Diagnostics
import Evaluation
import Metrics
import Statistics

/// Lines of `figures`: rows of two runs to everything that is known about a figure of theirs.
/// Units, strata, weights and clusters are those of the benchmarks.
public enum FigureVectors {
  public static let name = "figures"

  /// The result of one line, in the shape of its `expected`.
  /// - Throws: `EvaluationError` for an unknown kind; `DataFormatError` for a line that lacks an
  ///   input.
  public static func result(line: JSONNode) throws -> JSONValue {
    let (benchmark, figureName) = try subject(line)
    var rows: [FigureRow] = []
    var a: [MetricScore] = []
    var b: [MetricScore] = []
    for (place, node) in try line["rows"].list().enumerated() {
      rows.append(try row(node, place, of: benchmark))
      a.append(score(try StatisticsVectors.number(node["a"])))
      b.append(score(try StatisticsVectors.number(node["b"])))
    }
    guard
      let figure = benchmark.figures(of: rows.map(\.sample)).first(where: { $0.name == figureName })
    else { return .null }
    let units = figure.paired(rows, a: a, b: b)
    let replicates = try line["replicates"].int()
    guard replicates >= 2 else { throw try line["replicates"].mismatch("at least 2") }
    let hasWeights = figure.weights != .one || units.strata.contains { !$0.name.isEmpty }
    return StatisticsVectors.json(
      units.figure, excluded: units.excluded, range: figure.unitRange,
      weights: hasWeights
        ? units.strata.map { .init(stratum: $0.name, weight: $0.weight) } : nil,
      seed: try StatisticsVectors.unsigned(line["seed"]), label: try line["id"].string(),
      replicates: replicates, draws: try line["draws"].int())
  }

  private static func subject(
    _ line: JSONNode
  ) throws -> (benchmark: any Benchmark, figure: String) {
    switch try line["kind"].string() {
    case "mme_perception": (MME(), "mme_perception_score")
    case "mme_cognition": (MME(), "mme_cognition_score")
    case "mmbench": (MMBench(), "overall")
    case "ocrbench": (OCRBench(), "final_score")
    case "refcoco": (RefCOCO(), "refcoco_ACC@0.5")
    case "mean": (DocVQA(), "anls")
    case "mean_lower": (CCpdf(), "edit_distance")
    case let kind:
      throw EvaluationError(
        .unknownName, "figures has no lines of kind \"\(kind)\"", at: line.location)
    }
  }

  private static func score(_ value: Double) -> MetricScore { MetricScore(value: value, rule: "") }

  /// A row with what the vectors say about it, under the names that the benchmark gives it.
  private static func row(
    _ node: JSONNode, _ place: Int, of benchmark: any Benchmark
  ) throws -> FigureRow {
    var metadata: [String: JSONValue] = [:]
    for (key, name) in [
      ("category", "category"), ("pair", "pair"), ("type", "question_type"), ("split", "split"),
    ] {
      if let text = try node.optional(key)?.string() { metadata[name] = .string(text) }
    }
    let id = try node.optional("index")?.int()
    return FigureRow(
      sample: Sample(
        id: id.map { String($0) } ?? String(place), image: nil, question: "", references: [],
        metadata: metadata),
      image: try node.optional("image").map { benchmark.photograph(try $0.string()) })
  }
}
