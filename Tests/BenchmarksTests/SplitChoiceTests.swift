import Benchmarks
import Diagnostics
import Evaluation
import Foundation
import TestSupport
import Testing

/// `--split` over every layout of every benchmark: a split is read where it is, and refused where
/// it is not.
@Suite struct SplitChoiceTests {
  private static let folder = TestMaterial.fixtures + "/same-data"

  private static func path(_ given: SameDataTests.Case) -> String {
    "\(folder)/\(given.folder ?? given.name)/\(given.format)"
  }

  @Test func `every benchmark is looked at`() {
    #expect(
      Set(SameDataTests.cases.map(\.name)) == Set(BenchmarkRegistry.all.map(\.name)))
  }

  @Test(arguments: SameDataTests.cases)
  func `a split that is not there is refused`(given: SameDataTests.Case) throws {
    let benchmark = try BenchmarkRegistry.named(given.name)
    for name in ["foo", benchmark.name, "tsv", "train"] {
      let error = #expect(throws: EvaluationError.self) {
        try OpenedData(benchmark, path: Self.path(given), choice: DataChoice(split: name))
      }
      #expect(error?.code == .unknownSplit, "\(name)")
      // What there is stands in the message.
      let says = error?.message ?? ""
      #expect(says.contains("it has \"") || says.contains("it is "), "\(says)")
    }
  }

  @Test(arguments: SameDataTests.cases)
  func `the splits that the refusal names can be asked`(given: SameDataTests.Case) throws {
    let benchmark = try BenchmarkRegistry.named(given.name)
    let error = #expect(throws: EvaluationError.self) {
      try OpenedData(benchmark, path: Self.path(given), choice: DataChoice(split: "foo"))
    }
    let message = try #require(error?.message)
    let names = message.split(separator: "\"").enumerated().filter { $0.offset % 2 == 1 }
      .map { String($0.element) }
    for name in names where name != "foo" {
      let data = try OpenedData(
        benchmark, path: Self.path(given), choice: DataChoice(split: name))
      #expect(!data.samples.isEmpty)
    }
  }

  @Test(arguments: SameDataTests.cases)
  func `the benchmark's own split is the default`(given: SameDataTests.Case) throws {
    let benchmark = try BenchmarkRegistry.named(given.name)
    let plain = try OpenedData(benchmark, path: Self.path(given))
    let named = try OpenedData(
      benchmark, path: Self.path(given), choice: DataChoice(split: benchmark.split))
    #expect(named.samples.map(\.id) == plain.samples.map(\.id) && named.split == nil)
  }

  @Test(arguments: SameDataTests.cases.filter { $0.name == "refcoco" })
  func `a part of what is there is read alone`(given: SameDataTests.Case) throws {
    let whole = try OpenedData(RefCOCO(), path: Self.path(given)).samples
    var parts: [String] = []
    for split in ["testA", "testb"] {
      let data = try OpenedData(
        RefCOCO(), path: Self.path(given), choice: DataChoice(split: split))
      #expect(data.split == split && data.samples.count < whole.count)
      parts += data.samples.map(\.id)
    }
    #expect(parts.sorted() == whole.map(\.id).sorted())
  }

  @Test func `rows that name their split are chosen by it`() throws {
    let folder = try TemporaryFolder()
    let rows = ["val", "testA", "testB", "train"].enumerated().map { index, split in
      """
      {"img_path": "\(index).jpg", "expression": "e\(index)", "bbox": [0, 0, 1, 1], \
      "width": 2, "height": 2, "split": "\(split)"}
      """
    }
    try folder.write(rows.joined(separator: "\n"), to: "REC_refcoco_all.jsonl")
    func read(_ split: String?) throws -> [String] {
      try OpenedData(RefCOCO(), path: folder.path, choice: DataChoice(split: split))
        .samples.map(\.question)
    }
    #expect(try read(nil) == ["e1", "e2"])
    #expect(try read("val") == ["e0"])
    #expect(try read("validation") == ["e0"])
    #expect(try read("testB") == ["e2"])
    #expect {
      try read("foo")
    } throws: { error in
      render(error).contains("it has \"testA\", \"testB\", \"train\" and \"val\"")
    }
  }

  @Test func `MMMU's development questions are not its validation`() throws {
    let path = Self.folder + "/mmmu/table"
    let own = try OpenedData(MMMU(), path: path)
    let dev = try OpenedData(MMMU(), path: path, choice: DataChoice(split: "dev"))
    #expect(dev.samples.map(\.id) == ["dev_Art_1"] && dev.split == "dev" && own.split == nil)
    #expect(!own.samples.map(\.id).contains(dev.samples[0].id))
  }

  /// Elsewhere `dev` is a name of the validation split; of MMMU it is another split.
  @Test func `MMMU's development questions are refused where they are not`() throws {
    let path = Self.folder + "/mmmu/pyarrow"
    #expect {
      try OpenedData(MMMU(), path: path, choice: DataChoice(split: "dev"))
    } throws: { error in
      (error as? EvaluationError)?.code == .unknownSplit
    }
    for own in ["val", "validation"] {
      #expect(
        try OpenedData(MMMU(), path: path, choice: DataChoice(split: own)).split == nil)
    }
  }

  /// What is wrong with the more specific file is said, and the other is not read in its place.
  @Test func `a damaged question file of LLaVA's is not passed over for the authors' files`() throws
  {
    let folder = try TemporaryFolder()
    try folder.write(
      #"{"question_id": 1, "image": "a.jpg", "text": "Is there a dog?", "label": "yes"}"# + "\n",
      to: "coco_pope_random.json")
    try folder.write(#"{"question_id": 1, "image": "a.j"#, to: "llava_pope_test.jsonl")
    #expect {
      try OpenedData(POPE(), path: folder.path)
    } throws: { error in
      render(error).contains("llava_pope_test.jsonl: line 1")
    }
  }

  @Test func `the text questions of ScienceQA are sound without an image`() throws {
    let path = Self.folder + "/scienceqa/release"
    let image = try OpenedData(ScienceQA(), path: path)
    let full = try OpenedData(ScienceQA(), path: path, choice: DataChoice(split: "full"))
    #expect(full.samples.count > image.samples.count)
    let inspection = DataInspection(ScienceQA(), data: full)
    #expect(inspection.withoutImages == [] && inspection.isSound)
  }

  @Test func `a split whose references only a server has is sound`() throws {
    let path = Self.folder + "/docvqa/table"
    let table = try String(contentsOfFile: path + "/DocVQA_VAL.tsv", encoding: .utf8)
    let folder = try TemporaryFolder()
    try folder.write(
      table.replacing("\tanswer", with: "\tunknown"), to: "DocVQA_TEST.tsv")
    let test = try OpenedData(DocVQA(), path: folder.path, choice: DataChoice(split: "test"))
    #expect(test.samples.allSatisfy { $0.references.isEmpty })
    let inspection = DataInspection(DocVQA(), data: test)
    #expect(inspection.isSound && inspection.text.contains("no question has a reference answer"))
    #expect(!inspection.text.contains("every question has"))
    // Where nobody asked for such a split, it is a fault.
    #expect(!DataInspection(DocVQA(), data: try OpenedData(DocVQA(), path: folder.path)).isSound)
  }
}
