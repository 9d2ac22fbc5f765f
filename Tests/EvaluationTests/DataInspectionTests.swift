import Evaluation
import EvaluationTestSupport
import Foundation
import TestSupport
import Testing

@Suite struct DataInspectionTests {
  private func inspect(_ samples: [Sample]) -> DataInspection {
    let layout = DataLayout(
      name: "memory", summary: "memory", recognizes: { _ in true }, samples: { _ in samples })
    return DataInspection(
      EchoBenchmark(), data: OpenedData(path: "memory", layout: layout, samples: samples))
  }

  @Test func repeatedIDsAreUnsound() {
    let samples = ["a", "b", "a"].enumerated().map {
      Sample(id: $1, image: nil, question: "\($0)", references: ["x"])
    }
    let found = inspect(samples)
    #expect(
      !found.isSound && found.faults.map(\.kind) == ["repeated-ids"]
        && found.faults[0].places == ["a stands for 2"])
    #expect(found.text.contains("a stands for 2"))
  }

  @Test func blankReferencesAreNone() {
    let samples = [[], [""], [" ", "\n"], ["x", ""]].enumerated().map {
      Sample(id: "\($0)", image: nil, question: "\($0)", references: $1)
    }
    #expect(inspect(samples).withoutReferences == ["0", "1", "2"])
  }

  private static let image = ImageReference(identity: "i", name: "i") {
    [UInt8](
      try Data(
        contentsOf: URL(fileURLWithPath: TestMaterial.fixtures + "/images/subsampling_420.jpg")))
  }

  @Test func fewerQuestionsThanPublishedAreSound() {
    let found = inspect([Sample(id: "a", image: Self.image, question: "q", references: ["x"])])
    #expect(found.isSound && found.text.contains("1 questions of 12 published"))
  }

  @Test func questionsWithoutAnImageAreUnsound() {
    let found = inspect([
      Sample(id: "a", image: Self.image, question: "q", references: ["x"]),
      Sample(id: "b", image: nil, question: "q", references: ["x"]),
    ])
    #expect(
      !found.isSound && found.withoutImages == ["b"] && found.text.contains("without an image: b"))
  }

  @Test func oneQuestionAboutTwoImagesIsNotAskedTwice() {
    let samples = [("a", nil), ("b", nil), ("c", Self.image), ("d", Self.image)].map {
      Sample(id: $0, image: $1, question: "q", references: ["x"])
    }
    #expect(inspect(samples).repeatedQuestions == ["d"])
  }
}
