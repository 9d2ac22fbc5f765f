import Evaluation
import Metrics

/// A column of the paper's tables: its name, its scale and its digits.
public struct PaperColumn: Sendable, Equatable {
  /// As the embedded tables name it: `docvqa`, `mme_p`, `flops_reduced`.
  public let name: String
  public let title: String
  public let decimals: Int
  /// Less is better.
  public let lowerIsBetter: Bool
  let importance: ResultTable.Column.Importance
  /// The benchmark whose headline it is, with the figure's name where it is not the first one.
  let source: (benchmark: String, figure: String?)?

  public static func == (a: Self, b: Self) -> Bool { a.name == b.name }

  private init(
    _ name: String, _ title: String, _ decimals: Int = 2, lowerIsBetter: Bool = false,
    _ importance: ResultTable.Column.Importance = .normal, from benchmark: String? = nil,
    figure: String? = nil
  ) {
    self.name = name
    self.title = title
    self.decimals = decimals
    self.lowerIsBetter = lowerIsBetter
    self.importance = importance
    source = benchmark.map { ($0, figure) }
  }

  /// A benchmark that the paper does not have.
  init(benchmark: any Benchmark, _ headline: MetricRow) {
    self.init(
      benchmark.name, benchmark.title, ScoreReport.decimals(headline),
      lowerIsBetter: headline.lowerIsBetter, from: benchmark.name)
  }

  /// Whether it says how good the answers are, and not what they cost.
  var isScore: Bool { source != nil || name == "score_fine" }

  public static func named(_ name: String) -> PaperColumn? {
    all.first { $0.name == name.lowercased() }
  }

  /// All columns in the order of the paper: the fine-grained benchmarks, what is computed of them,
  /// the others, costs.
  public static let all: [PaperColumn] = [
    .init("docvqa", "DocVQA", 2, .high, from: "docvqa"),
    .init("chartqa", "ChartQA", 2, .high, from: "chartqa"),
    .init("infovqa", "InfoVQA", 2, .high, from: "infovqa"),
    .init("textvqa", "TextVQA", 2, .high, from: "textvqa"),
    .init("ocrbench", "OCRBench", 1, .high, from: "ocrbench"),
    .init("mmbench", "MMBench", 2, from: "mmbench"),
    .init("seed_img", "SEED-Img", 2, from: "seed"),
    .init("refcoco", "RefCOCO", 2, from: "refcoco"),
    .init("mmstar", "MMStar", 2, from: "mmstar"), .init("gqa", "GQA", 2, from: "gqa"),
    .init("mme_p", "MME-P", 2, from: "mme"), .init("mmmu", "MMMU", 2, from: "mmmu"),
    .init("pope", "POPE", 2, from: "pope"), .init("sqa", "SQA", 2, from: "scienceqa"),
    .init("ai2d", "AI2D", 2, from: "ai2d"),
    .init("realworldqa", "RealWorldQA", 2, from: "realworldqa"),
    .init("docparsing_bleu", "Doc parsing BLEU", 4, from: "ccpdf", figure: "bleu"),
    .init(
      "docparsing_ed", "Doc parsing ED ↓", 4, lowerIsBetter: true, from: "ccpdf",
      figure: "edit_distance"),
    .init("score_fine", "Score_fine", 2, .essential),
    .init("score_fine_relative", "Relative %", 1, .high),
    .init("flops_reduced", "FLOPs reduced %", 0, .high),
    .init("time_reduced", "Time reduced %", 0, .high),
    .init("vision_tokens", "Vision tokens", 0, .normal),
    .init("vision_tokens_by_layer", "Vision tokens layer by layer", 0, .detail),
    .init("tflop", "Prefill TFLOP", 2, .low),
    .init("prefill_ms", "Prefill ms", 1, lowerIsBetter: true, .normal),
    .init("answer_ms", "ms per answer", 1, lowerIsBetter: true, .low),
    .init("peak_mib", "Peak memory MiB", 0, lowerIsBetter: true, .low),
    .init("cache_mib", "KV cache MiB", 1, lowerIsBetter: true, .low),
  ]
}
