import Benchmarks
import DataFormats
import Evaluation
import Foundation
import Metrics
import TestSupport
import Testing

@Suite struct STVQATests {
  private static let samples = TestMaterial.project + "/Samples"

  /// A question's line in a file of the challenge.
  private static func file(_ path: String, answers: String = "") -> String {
    #"{"data": [{"question_id": 7, "question": "q", "file_path": "\#(path)"\#(answers)}]}"#
  }

  @Test func `the challenge's file gives questions, prompts and images`() throws {
    let data = try OpenedData(STVQA(), path: Self.samples)
    #expect(data.layout.name == "original" && data.samples.count == 9)
    let sample = data.samples[0]
    #expect(sample.id == "990001" && sample.references == ["MILL LANE", "Mill Lane"])
    #expect(sample.metadata["dataset"] == "coco-text")
    #expect(
      STVQA().prompt(for: sample)
        == Prompt(
          text: sample.question + "\nAnswer the question using a single word or phrase.",
          maximumNewTokens: 32))
    #expect(Set(data.samples.compactMap(\.image?.identity)).count == 4)
  }

  @Test(arguments: [("mill lane", 1.0), ("Mill Line", 1 - 1.0 / 9), ("the bakery", 0.0)])
  func `an answer scores its likeness to the nearest accepted one`(
    answer: String, value: Double
  ) throws {
    let sample = try OpenedData(STVQA(), path: Self.samples).samples[0]
    #expect(STVQA().score(answer, for: sample, profile: .official).value == value)
  }

  @Test(arguments: ["", "test/", "test_images/", "test_imgs/", "test_task3_images/"])
  func `an image is the same wherever its archive was unpacked`(place: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.file("vg/1.jpg"), to: "test_task_3.json")
    try folder.write([1, 2, 3] as [UInt8], to: place + "vg/1.jpg")
    let data = try OpenedData(STVQA(), path: folder.path)
    let image = try #require(data.samples[0].image)
    #expect(try image.load() == [1, 2, 3] && image.identity == "vg/1.jpg")
  }

  @Test func `the training split is another file and has its answers`() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.file("vg/1.jpg"), to: "test_task_3.json")
    try folder.write(
      Self.file("vg/1.jpg", answers: #", "answers": ["5", "five"]"#), to: "train_task_3.json")
    let test = try OpenedData(STVQA(), path: folder.path)
    #expect(test.samples[0].references == [])
    // A server has the answers: that is no fault of the data.
    #expect(DataInspection(STVQA(), data: test).isUnpublished)
    let train = try OpenedData(STVQA(), path: folder.path, choice: DataChoice(split: "train"))
    #expect(train.samples[0].references == ["5", "five"] && train.split == "train")
    // How many questions another split has is not known.
    #expect(DataInspection(STVQA(), data: train).publishedCount == nil)
  }

  @Test(arguments: [
    (#"{"data": [{"question_id": 1, "question": "q"}]}"#, "the key \"file_path\" is missing"),
    (#"{"data": [{"question_id": "a"}]}"#, "data[0].question_id"),
    (file("../1.jpg"), "leaves the data folder"), (file("/1.jpg"), "leaves the data folder"),
    (file("1.jpg", answers: #", "answers": [5]"#), "data[0].answers[0]"),
    (#"{"data": []}"#, "holds no questions"),
  ])
  func `a broken file is refused with its entry`(text: String, mentioned: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(text, to: "test_task_3.json")
    let error = #expect(throws: (any Error).self) { try OpenedData(STVQA(), path: folder.path) }
    #expect("\(error.map { "\($0)" } ?? "")".contains(mentioned))
  }
}
