import Benchmarks
import Evaluation
import EvaluationTestSupport
import Metrics
import Pages
import TestSupport
import Testing

@testable import Nightly

/// What nights count and show of their runs.
@Suite struct NightlyFigureTests {
  @Test func `a split without references has no figures and no zeros`() {
    var samples = WrittenRun.questions(8)
    let scores = samples.map { _ in MetricScore(value: 0, rule: "missing") }
    func figures() -> [HeadlineFigure] {
      HeadlineFigure.all(
        samples.map { FigureRow(sample: $0, image: nil) }, scores: scores, benchmark: DocVQA())
    }
    #expect(figures().map(\.value) == [0])
    for place in samples.indices { samples[place].references = [] }
    #expect(figures().isEmpty)
    for place in samples.indices { samples[place].references = [""] }
    #expect(figures().isEmpty)
    // One that can be right is enough, and so is what a file of answers says.
    samples[3].references = ["x"]
    #expect(figures().count == 1)
    samples[3].references = []
    samples[3].verdict = 0
    #expect(figures().count == 1)
  }

  @Test func `images are counted once, however many nights show them`() throws {
    let folder = try TemporaryFolder()
    let runs = try ["a", "b"].map { name in
      let path = folder.path + "/" + name
      try WrittenRun.write(DocVQA(), WrittenRun.questions(12), to: path) {
        Answer(text: $0.references[0])
      }
      return PageRun(
        try RunAnswers(RunDirectory(opening: path)), benchmark: DocVQA(), profile: .lmmsEval)
    }
    #expect(NightPage.imageCount(runs) == 3)
  }
}
