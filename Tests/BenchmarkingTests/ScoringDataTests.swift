import Benchmarking
import DataFormats
import Evaluation
import Foundation
import Testing

@Suite struct ScoringDataTests {
  @Test func theTextsAreTheSameEveryTimeAndOfTheBenchmarksSize() {
    let data = ScoringData.synthesized()
    let again = ScoringData.synthesized()
    #expect(
      data.anls == again.anls && data.vqa == again.vqa && data.pages == again.pages
        && data.documents == again.documents)
    #expect(data.anls.count == 5349 && data.vqa.count == 5000)
    let answers = data.anls.reduce(0) { $0 + $1.answers.count }
    #expect(abs(Double(answers) / 5349 - 2.75) < 0.001)
    #expect(data.vqa.allSatisfy { $0.answers.count == 10 })
    #expect(
      data.pages.allSatisfy {
        $0.answers[0].count == 5000 && $0.prediction.count == 5000 && $0.prediction != $0.answers[0]
      })
    #expect(
      data.unlikePages == again.unlikePages
        && data.unlikePages.allSatisfy {
          $0.answers[0].count == 5000 && $0.prediction.count == 5000
        })
    #expect(data.documents.allSatisfy { $0.answers[0].split(separator: " ").count == 900 })
  }

  @Test func whatIsWrittenReadsBackAsTheSameTexts() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "scoring-data-\(UUID().uuidString)"
    ).path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let data = ScoringData.synthesized()
    try data.write(to: folder)
    let lines = try String(contentsOfFile: folder + "/vqa.jsonl", encoding: .utf8).split(
      separator: "\n")
    let items = try lines.map { line in
      let value = try JSONValue.parse(String(line))
      return ScoringData.Item(
        prediction: try #require(value["prediction"]?.stringValue),
        answers: try #require(value["answers"]?.arrayValue).compactMap(\.stringValue))
    }
    #expect(items == data.vqa)
  }

  @Test func aFolderThatCannotBeMadeIsAnError() {
    #expect(throws: EvaluationError.self) {
      try ScoringData.synthesized().write(to: "/dev/null/folder")
    }
  }
}
