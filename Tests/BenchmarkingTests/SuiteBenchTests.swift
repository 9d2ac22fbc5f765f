import Benchmarking
import Evaluation
import Testing

@Suite struct SuiteBenchTests {
  private static func question(_ text: String, on image: String?) -> SuiteBench.Question {
    SuiteBench.Question(
      prompt: Prompt(text: text, maximumNewTokens: 3),
      images: [image].compactMap { $0 }.map { name in
        ImageReference(identity: name, name: name) { [] }
      })
  }

  /// Counts calls and says one token per question.
  private final class Model: AnsweringModel {
    let identity = ModelIdentity([("method", "counting")])
    var pages: [Int] = []
    var failing = false

    func answer(
      _ prompts: [Prompt], about image: ImageReference?, deliver: (Int, Answer) throws -> Void
    ) throws {
      pages.append(prompts.count)
      for index in prompts.indices {
        try deliver(
          index,
          failing
            ? Answer(failure: .init(code: "broken", message: "no"))
            : Answer(text: "x", tokenIDs: [1]))
      }
    }
  }

  @Test func questionsOnOneImageShareAPageInTheOrderOfFirstAppearance() {
    let questions = [("1", "a"), ("2", "b"), ("3", "a"), ("4", nil), ("5", nil)].map {
      Self.question($0.0, on: $0.1)
    }
    let pages = SuiteBench.pages(questions)
    #expect(pages.map { $0.map(\.prompt.text) } == [["1", "3"], ["2"], ["4"], ["5"]])
  }

  @Test func bothWaysAskEveryQuestion() throws {
    let model = Model()
    let table = try SuiteBench(timing: Timing(runs: 1)).run(
      [("data", ["a", "a", "b"].map { Self.question("q", on: $0) })], model: model)
    // A warm-up and one round, each alone and by page.
    #expect(model.pages == [1, 1, 1, 2, 1, 1, 1, 1, 2, 1])
    #expect(table.rows.count == 2 && table.rows.allSatisfy { $0["tokens"] == .integer(3) })
  }

  @Test func aFailingQuestionEndsTheMeasurement() {
    let model = Model()
    model.failing = true
    #expect(throws: BenchmarkingError.self) {
      try SuiteBench(timing: Timing(runs: 1)).run(
        [("data", [Self.question("q", on: nil)])], model: model)
    }
  }
}
