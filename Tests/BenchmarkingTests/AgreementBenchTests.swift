import Benchmarking
import Checkpoints
import DataFormats
import Foundation
import ProxyVModel
import Testing

@Suite struct AgreementBenchTests {
  private func rows(
    _ weights: [WeightFormat], dtype: DType, tokens: Int = 3, prompts: AgreementBench.Prompts
  ) throws -> [JSONValue] {
    try BenchModel.withFolder(.synthesized(Synthesis(shape: .tiny, dtype: dtype))) { folder in
      let bench = AgreementBench(
        weights: weights, prompts: prompts, tokens: tokens, options: LoadOptions(threads: 2))
      return try JSONValue.parse(bench.run(folder: folder).text(.json), file: "table")["rows"]?
        .arrayValue ?? []
    }
  }

  @Test func waysThatChangeNoWeightAgreeBitForBit() throws {
    let rows = try rows(
      [.stored, .f32, .stored], dtype: .bf16,
      prompts: .synthesized(try BenchPrompt(crops: 1, textTokens: 20), samples: 3))
    #expect(rows.map { $0["weights"]?.stringValue } == ["f32", "stored"])
    for row in rows {
      #expect(row["samples"]?.intValue == 3 && row["steps"]?.intValue == 9)
      #expect(
        row["largest logit error"]?.doubleValue == 0 && row["mean logit error"]?.doubleValue == 0)
      for share in ["equal tokens", "equal first tokens", "equal answers"] {
        #expect(row[share]?["median"]?.doubleValue == 1)
      }
    }
  }

  @Test func int8DiffersALittle() throws {
    let rows = try rows(
      [.f32, .int8], dtype: .f32,
      prompts: .synthesized(try BenchPrompt(crops: 1, textTokens: 20), samples: 4))
    let row = try #require(rows.first)
    let largest = try #require(row["largest logit error"]?.doubleValue)
    let mean = try #require(row["mean logit error"]?.doubleValue)
    #expect(0.001 < largest && largest < 0.2, "\(largest)")
    #expect(0.001 < mean && mean < 0.1, "\(mean)")
    #expect((row["equal tokens"]?["median"]?.doubleValue ?? 0) > 0.5)
  }

  @Test func questionsAboutNoImageAreCompared() throws {
    let rows = try rows(
      [.bf16, .int8], dtype: .bf16, tokens: 2,
      prompts: .asked(images: [], questions: ["a b", "what is that?"]))
    #expect(rows.first?["samples"]?.intValue == 2)
  }

  @Test func nothingToCompareIsAnError() throws {
    let prompt = try BenchPrompt(crops: 1, textTokens: 5)
    for (weights, prompts, tokens) in [
      ([.int8], .synthesized(prompt, samples: 1), 1),
      ([.bf16, .int8], .synthesized(prompt, samples: 0), 1),
      ([.bf16, .int8], .synthesized(prompt, samples: 1), 0),
    ] as [([WeightFormat], AgreementBench.Prompts, Int)] {
      #expect(throws: BenchmarkingError.self) {
        try AgreementBench(
          weights: weights, prompts: prompts, tokens: tokens, options: LoadOptions()
        ).run(folder: "nowhere")
      }
    }
  }

  @Test func sharesCountWhatIsEqual() {
    var agreement = Agreement()
    agreement.add(
      .init(ids: [1, 2, 3], logits: [[1, 2], [4, 0], [0, 1]]),
      reference: .init(ids: [1, 5, 3], logits: [[1, 2], [4, 1], [0, 1]]))
    agreement.add(
      .init(ids: [7, 8, 9], logits: [[1], [1], [1]]),
      reference: .init(ids: [7, 8, 9], logits: [[1], [1], [1]]))
    #expect(agreement.steps == 6 && agreement.samples == 2)
    #expect(
      agreement.equalTokens == 5.0 / 6 && agreement.equalFirstTokens == 1
        && agreement.equalAnswers == 0.5)
    #expect(agreement.largestError == 0.25 && abs(agreement.meanError - 0.2 / 6) < 1e-12)
  }
}
