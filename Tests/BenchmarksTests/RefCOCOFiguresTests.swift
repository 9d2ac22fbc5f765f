import Benchmarks
import Evaluation
import Metrics
import Testing

@Suite struct RefCOCOFiguresTests {
  /// One of one in testA and one of four in testB: 62.5 as the paper averages, 40 over all samples.
  @Test func `two unequal splits count the same`() throws {
    let hits: [(split: String, value: Double)] = [
      ("testA", 1), ("testB", 1), ("testB", 0), ("testB", 0), ("testB", 0),
    ]
    let scored = hits.enumerated().map { index, hit in
      ScoredSample(
        sample: Sample(
          id: "s\(index)", image: nil, question: "", references: [],
          metadata: ["split": .string(hit.split)]),
        score: MetricScore(value: hit.value, rule: ""))
    }
    let rows = RefCOCO().aggregate(scored, profile: .lmmsEval)
    #expect(
      rows.map(\.name) == [
        "refcoco_ACC@0.5", "refcoco_ACC@0.5_testA", "refcoco_ACC@0.5_testB",
      ])
    #expect(rows.map(\.value) == [0.625, 1, 0.25])
    #expect(rows.map(\.count) == [5, 1, 4])
  }
}
