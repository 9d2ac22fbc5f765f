import Benchmarks
import Evaluation
import Foundation
import Metrics
import Statistics
import TestSupport
import Testing

/// What each benchmark says its figures are made of.
@Suite struct FigureTests {
  /// A score for every question of the samples that come with the project.
  private func scores(_ name: String) throws -> (any Benchmark, [ScoredSample]) {
    let benchmark = try BenchmarkRegistry.named(name)
    let data = try OpenedData(benchmark, path: TestMaterial.project + "/Samples")
    var random = Xoshiro256(seed: 3, label: name)
    let scored = data.samples.map { sample in
      var score = MetricScore(value: random.below(3) == 0 ? 0 : 1, rule: "")
      score.parts["bleu"] = Double(random.below(100)) / 100
      return ScoredSample(sample: sample, score: score)
    }
    return (benchmark, scored)
  }

  /// Those whose samples come with the project.
  static let names = BenchmarkRegistry.all.map(\.name).filter { name in
    FileManager.default.fileExists(atPath: TestMaterial.project + "/Samples/" + name)
  }

  @Test(arguments: names)
  func `every figure that is printed comes out of its units`(name: String) throws {
    let (benchmark, scored) = try scores(name)
    let figures = benchmark.figures(of: scored.map(\.sample))
    let rows = scored.map { FigureRow(sample: $0.sample, image: $0.sample.imageIdentity) }
    for row in benchmark.aggregate(scored, profile: .lmmsEval)
    where row.value.isFinite && !Self.isWithoutUnits(row.name, of: name) {
      let figure = try #require(figures.first { $0.name == row.name }, "\(row.name)")
      let estimate = try #require(figure.estimate(rows, scores: scored.map(\.score)))
      #expect(abs(estimate.value - row.value) <= 1e-9, "\(row.name)")
      #expect(figure.points == row.paperFactor && figure.lowerIsBetter == row.lowerIsBetter)
    }
  }

  /// Figures in which no question has a value of its own: POPE's ratios of sums, and MMMU's with
  /// answers that are drawn in the order of the questions.
  private static func isWithoutUnits(_ figure: String, of benchmark: String) -> Bool {
    switch benchmark {
    case "pope": figure != "accuracy"
    case "mmmu": figure != "mmmu_acc_drawn_wrong"
    default: false
    }
  }

  @Test(arguments: names)
  func `every benchmark has a figure that can decide, and it comes first`(name: String) throws {
    let (benchmark, scored) = try scores(name)
    let figures = benchmark.figures(of: scored.map(\.sample))
    #expect((figures.first?.margin ?? 0) > 0)
    #expect(Set(figures.map(\.name)).count == figures.count)
  }

  @Test(arguments: [
    ("testA COCO_train2014_000000581857_2.jpg", "COCO_train2014_000000581857"),
    ("COCO_train2014_000000581857_16.jpg", "COCO_train2014_000000581857"),
    ("COCO_train2014_000000581857.jpg", "COCO_train2014_000000581857"),
    ("row 7", "row 7"), ("photo_2.jpg", "photo_2.jpg"),
  ])
  func `objects of one photograph share it`(identity: String, photograph: String) {
    #expect(RefCOCO().photograph(identity) == photograph)
  }
}
