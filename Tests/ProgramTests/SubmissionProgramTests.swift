import DataFormats
import Foundation
import TestSupport
import Testing

/// Test splits, whose references only their servers have.
@Suite struct SubmissionProgramTests {
  /// A data set of three questions without answers, in its publisher's layout.
  struct Split: Sendable, CustomTestStringConvertible {
    var benchmark: String
    var title: String
    var format: String
    var idKey: String
    var testDescription: String { benchmark }
  }

  static let splits = [
    Split(benchmark: "docvqa", title: "DocVQA test", format: "rrc", idKey: "questionId"),
    Split(benchmark: "infovqa", title: "InfoVQA test", format: "rrc", idKey: "questionId"),
    Split(benchmark: "textvqa", title: "TextVQA test", format: "evalai", idKey: "question_id"),
    Split(benchmark: "stvqa", title: "ST-VQA test", format: "rrc", idKey: "question_id"),
  ]

  /// Three pages of our own samples.
  private static var images: [String] {
    let folder = Program.samples + "/docvqa/documents"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder).sorted()) ?? []
    return names.prefix(3).map { folder + "/" + $0 }
  }

  private func write(_ benchmark: String, to folder: TemporaryFolder) throws {
    var entries: [JSONValue] = []
    for (place, image) in Self.images.enumerated() {
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: image)))
      let (id, question) = (JSONValue.integer(501 + place), JSONValue.string("What is it?"))
      switch benchmark {
      case "docvqa":
        try folder.write(bytes, to: "documents/\(place).png")
        entries.append([
          "questionId": id, "question": question, "image": .string("documents/\(place).png"),
        ])
      case "infovqa":
        try folder.write(bytes, to: "infographicsvqa_images/\(place).jpeg")
        entries.append([
          "questionId": id, "question": question, "image_local_name": .string("\(place).jpeg"),
        ])
      case "stvqa":
        try folder.write(bytes, to: "vg/\(place).jpg")
        entries.append([
          "question_id": id, "question": question, "file_path": .string("vg/\(place).jpg"),
        ])
      default:
        try folder.write(bytes, to: "test_images/\(place).jpg")
        entries.append([
          "question_id": id, "question": question, "image_id": .string("\(place)"),
        ])
      }
    }
    let names = [
      "docvqa": "test_v1.0.json", "infovqa": "infographicsVQA_test_v1.0.json",
      "textvqa": "TextVQA_0.5.1_test.json", "stvqa": "test_task_3.json",
    ]
    let file: JSONValue = ["data": .array(entries)]
    try folder.write(file.text(), to: try #require(names[benchmark]))
  }

  @Test(arguments: splits)
  func `a test split is asked, not scored, and exported for its server`(split: Split) throws {
    let folder = try TemporaryFolder()
    try write(split.benchmark, to: folder)
    let output = folder.path + "/run"
    let arguments =
      try Program.runArguments([split.benchmark], output: output, data: folder.path)
      + ["--split", "test"]
    let part = try Program.run(arguments + ["--limit", "2"])
    #expect(part.status == 0, "\(part.errors)")
    let file = folder.path + "/submission.json"
    let export = [
      "export", "\(output)/\(split.benchmark)", "--format", split.format, "--output", file,
    ]
    expectOneSentence(
      try Program.run(export), status: 1,
      mentions: ["1 of 3 questions", "--allow-incomplete", "same run command"])
    let whole = try Program.run(arguments)
    #expect(whole.status == 0 && whole.errors.contains("no question has a reference answer"))
    #expect(whole.output.contains(split.title) && whole.output.contains("nothing to score"))
    #expect(whole.output.contains("n/a") && !whole.output.contains("0.00"), "\(whole.output)")
    let paper = try Program.run(["report", output, "--layout", "paper"])
    #expect(paper.status == 0 && paper.output.contains("nothing to score"), "\(paper.output)")
    let exported = try Program.run(export)
    #expect(exported.status == 0, "\(exported.errors)")
    let submitted =
      try JSONValue.parse(
        String(contentsOfFile: file, encoding: .utf8), file: file
      ).arrayValue ?? []
    #expect(submitted.compactMap { $0[split.idKey]?.intValue } == [501, 502, 503])
    #expect(submitted.allSatisfy { $0["answer"]?.stringValue != nil })
  }

  @Test func `a training split is scored, and held against no number of questions`() throws {
    let folder = try TemporaryFolder()
    try write("stvqa", to: folder)
    let test = try String(contentsOfFile: folder.path + "/test_task_3.json", encoding: .utf8)
    try folder.write(
      test.replacing(#""question_id""#, with: #""answers": ["it"], "question_id""#),
      to: "train_task_3.json")
    let run = try Program.run(
      Program.runArguments(["stvqa"], output: folder.path + "/run", data: folder.path)
        + ["--split", "train"])
    #expect(run.status == 0 && run.output.contains("ST-VQA train"), "\(run.errors)")
    #expect(!run.output.contains("of the published") && !run.output.contains("n/a"))
  }

  @Test func `MMBench's test table is exported as a table with predictions`() throws {
    let folder = try TemporaryFolder()
    var lines = ["index\tquestion\thint\tA\tB\tcategory\tl2-category\timage"]
    for (place, image) in Self.images.enumerated() {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: image)).base64EncodedString()
      lines.append("\(3_000_001 + place)\tWhich?\t\tone <1>\ttwo\tocr\tperception\t\(bytes)")
    }
    try folder.write(lines.joined(separator: "\n") + "\n", to: "MMBench_TEST_EN.tsv")
    let run = try Program.run(
      Program.runArguments(["mmbench"], output: folder.path + "/run", data: folder.path)
        + ["--split", "test"])
    #expect(run.status == 0 && run.output.contains("nothing to score"), "\(run.errors)")
    let file = folder.path + "/mmbench.xlsx"
    let exported = try Program.run([
      "export", folder.path + "/run", "--format", "mmbench", "--output", file,
    ])
    #expect(exported.status == 0 && exported.output == file + "\n", "\(exported.errors)")
    let table = try XLSXTable(contentsOf: file)
    #expect(
      table.columns == [
        "index", "question", "A", "B", "C", "D", "E", "hint", "category", "l2-category",
        "prediction",
      ])
    #expect(table.rows.map { $0[0] } == ["3000001", "3000002", "3000003"])
    #expect(table.rows.allSatisfy { $0[2] == "one <1>" && $0[4].isEmpty })
  }

  @Test func `a split that is not here is named, with what there is`() throws {
    let outcome = try Program.run(
      Program.runArguments(["docvqa"], output: "/tmp/unused") + ["--split", "test"])
    expectOneSentence(outcome, status: 1, mentions: ["no split \"test\"", "it has \"val\""])
  }
}
