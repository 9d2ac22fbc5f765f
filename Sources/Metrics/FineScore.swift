/// Score_fine of the ProxyV paper: the mean of five fine-grained benchmarks, 0 to 100
/// (docs/metrics.md, section 10).
///
/// The rule reproduces every row of the paper's tables within 0.01. The paper's other composite,
/// Score_coarse, is never defined there, so there is no function for it.
public struct FineScore: Sendable, Equatable {
  /// Each on 0 to 100.
  public var docVQA, chartQA, infoVQA, textVQA: Double
  /// OCRBench's final score (0 to 1000) divided by 10.
  public var ocrBenchOver10: Double

  public init(
    docVQA: Double, chartQA: Double, infoVQA: Double, textVQA: Double, ocrBenchOver10: Double
  ) {
    self.docVQA = docVQA
    self.chartQA = chartQA
    self.infoVQA = infoVQA
    self.textVQA = textVQA
    self.ocrBenchOver10 = ocrBenchOver10
  }

  public var mean: Double {
    Self.mean(of: [docVQA, chartQA, infoVQA, textVQA, ocrBenchOver10])
  }

  /// The plain mean of the benchmarks' scores, each on 0 to 100.
  public static func mean(of scores: [Double]) -> Double {
    scores.reduce(0, +) / Double(scores.count)
  }

  /// The mean as the paper prints it, with two decimals.
  public var score: MetricScore {
    MetricScore(
      value: (mean * 100).rounded() / 100,
      rule: "mean of DocVQA, ChartQA, InfoVQA, TextVQA and OCRBench / 10")
  }
}
