import Benchmarks
import DataFormats
import Evaluation
import Foundation
import Metrics
import TestSupport
import Testing

@Suite struct DocVQATests {
  static let samples = TestMaterial.project + "/Samples"

  @Test func theReleaseGivesQuestionsPromptsAndImages() throws {
    let data = try OpenedData(DocVQA(), path: Self.samples)
    #expect(data.layout.name == "original" && data.samples.count == 20)
    let sample = data.samples[0]
    #expect(sample.id == "70001")
    #expect(
      DocVQA().prompt(for: sample)
        == Prompt(
          text: sample.question + "\nAnswer the question using a single word or phrase.",
          maximumNewTokens: 32))
    #expect(try sample.image?.load().starts(with: [0x89, 0x50, 0x4E, 0x47]) == true)
    #expect(Set(data.samples.compactMap(\.image?.identity)).count == 6)
  }

  @Test func theTableGivesTheSameSamplesAndBytes() throws {
    let release = try OpenedData(DocVQA(), path: Self.samples)
    let table = try OpenedData(DocVQA(), path: TestMaterial.fixtures + "/formats/DocVQA_VAL.tsv")
    #expect(table.layout.name == "vlmevalkit-tsv" && !table.samples.isEmpty)
    let byQuestion = Dictionary(
      release.samples.map { ($0.question, $0) }, uniquingKeysWith: { first, _ in first })
    for sample in table.samples {
      let same = try #require(byQuestion[sample.question], "\(sample.question)")
      #expect(same.references == sample.references)
      #expect(try same.image?.load() == sample.image?.load())
    }
    #expect(Set(table.samples.compactMap(\.image?.identity)).count < table.samples.count)
  }

  @Test(arguments: [
    (
      #"{"data": [{"questionId": 1, "question": "q", "answers": []}]}"#,
      "data[0]: the key \"image\" is missing"
    ),
    (
      #"{"data": [{"questionId": 1, "question": "q", "answers": [1], "image": "a.png"}]}"#,
      "data[0].answers[0]"
    ),
    (
      #"{"data": [{"questionId": 1, "question": "q", "answers": [], "image": "../a.png"}]}"#,
      "leaves the data folder"
    ),
    (#"{"data": []}"#, "holds no questions"), (#"{"dat": []}"#, "the key \"data\" is missing"),
    (#"{"data": [}"#, "line 1, column 11"),
  ])
  func brokenReleasesAreRefusedByFileAndEntry(text: String, mentioned: String) throws {
    try TestMaterial.withTemporaryFolder { folder in
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/val_v1.0.json"))
      let error = #expect(throws: (any Error).self) { try OpenedData(DocVQA(), path: folder) }
      let sentence = error.map { "\($0)" } ?? ""
      #expect(sentence.contains(mentioned) && sentence.hasPrefix(folder), "\(sentence)")
    }
  }
}

@Suite struct ChartQATests {
  @Test func theReleaseGivesBothHalves() throws {
    let data = try OpenedData(ChartQA(), path: DocVQATests.samples)
    #expect(
      data.samples.map(\.id).contains("human-0") && data.samples.map(\.id).contains("augmented-9"))
    let prompt = ChartQA().prompt(for: data.samples[0])
    #expect(
      prompt.text.hasSuffix("\nAnswer the question with a single word.")
        && prompt.maximumNewTokens == 16)
    let scored = data.samples.map {
      ScoredSample(
        sample: $0, score: ChartQA().score($0.references[0], for: $0, profile: .lmmsEval))
    }
    let rows = ChartQA().aggregate(scored, profile: .lmmsEval)
    #expect(
      rows.map(\.name) == ["relaxed_overall", "relaxed_human_split", "relaxed_augmented_split"])
    #expect(rows.map(\.count) == [20, 10, 10] && rows.allSatisfy { $0.value == 1 })
  }

  @Test func theTableKeepsListCellsAsText() throws {
    let table = try OpenedData(ChartQA(), path: TestMaterial.fixtures + "/formats/ChartQA_TEST.tsv")
    #expect(table.layout.name == "vlmevalkit-tsv" && !table.samples.isEmpty)
    for sample in table.samples { #expect(sample.references.count == 1) }
  }
}
