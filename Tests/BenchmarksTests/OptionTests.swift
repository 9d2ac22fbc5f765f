import Benchmarks
import DataFormats
import Diagnostics
import Evaluation
import Exchange
import Foundation
import TestSupport
import Testing

/// Options and pictures that stand in texts, as data and answers really write them.
@Suite struct OptionTests {
  private static func described(_ fields: [String: JSONValue]) throws -> Sample {
    var fields = fields
    fields["answer"] = "1"
    let record = AnswerRecord(
      location: Location(file: "f"), row: 0, id: "1", question: "q", prediction: "A",
      fields: fields)
    return try #require(try AI2D().samples(describedBy: [record]).first)
  }

  @Test(
    arguments: [
      ["options": ["a", 2, 3.5, true]], ["choices": ["a", 2, 3.5, true]],
      ["options": "['a', 2, 3.5, True]"],
      ["index2ans": ["A": "a", "B": 2, "C": 3.5, "D": true]],
    ] as [[String: JSONValue]])
  func `an option that is no text keeps its letter`(fields: [String: JSONValue]) throws {
    let options = try Self.described(fields).metadata["options"]?.arrayValue
    #expect(options == ["a", "2", "3.5", "True"])
  }

  /// A right answer in words, for which the rules must know the options.
  @Test(arguments: ["\n", "\r\n"]) func `options in a question are found behind any line end`(
    end: String
  ) throws {
    let inline = ["Which?", "Options: A: red, B: blue, C: green"]
    let lines = ["Which?", "Choices:", "(A) red", "(B) blue", "(C) green"]
    for parts in [inline, lines] {
      let sample = Sample(
        id: "1", image: nil, question: parts.joined(separator: end), references: ["B"])
      #expect(MMStar().score("blue", for: sample, profile: .vlmEvalKit).value == 1)
      #expect(MMStar().score("red", for: sample, profile: .vlmEvalKit).value == 0)
    }
    let asked = ["Which?", "A. red", "B. blue", "C. green", "Please answer directly."]
    let sample = Sample(
      id: "1", image: nil, question: asked.joined(separator: end), references: ["B"])
    #expect(RealWorldQA().score("blue", for: sample, profile: .vlmEvalKit).value == 1)
    #expect(RealWorldQA().score("red", for: sample, profile: .vlmEvalKit).value == 0)
  }

  @Test func `a picture that a question names and the table lacks fails that question`() throws {
    let folder = try TemporaryFolder()
    let image = Data(
      try readFile(TestMaterial.fixtures + "/images/subsampling_420.jpg")
    ).base64EncodedString()
    try folder.write(
      "index\tid\timage\tquestion\tA\tB\tanswer\tcategory\tsplit\n"
        + "1\tvalidation_Art_1\t\(image)\t<image 1> or <image 2>?\tx\ty\tA\tArt\tvalidation\n"
        + "2\tvalidation_Art_2\t\(image)\twhat is <image 1>?\tx\ty\tA\tArt\tvalidation\n",
      to: "MMMU_DEV_VAL.tsv")
    let data = try OpenedData(MMMU(), path: folder.path)
    #expect(data.samples.map(\.images.count) == [2, 1])
    let inspection = DataInspection(MMMU(), data: data)
    #expect(
      inspection.unreadableImages.map(\.reason).joined().contains(
        "names picture 2, and the cell holds one picture"))
  }

  @Test func `LLaVA's questions beside other authors' files do not hide these`() throws {
    let folder = try TemporaryFolder()
    let source = TestMaterial.fixtures + "/same-data/pope/release"
    try FileManager.default.copyItem(atPath: source, toPath: folder.path + "/pope")
    try folder.write(
      #"{"question_id": 0, "category": "random", "image": "x.jpg", "text": "another"}"#,
      to: "pope/llava_pope_test.jsonl")
    let data = try OpenedData(POPE(), path: folder.path + "/pope")
    #expect(data.layout.name == "original")
    #expect(data.samples.map(\.id) == (try OpenedData(POPE(), path: source)).samples.map(\.id))
  }
}
