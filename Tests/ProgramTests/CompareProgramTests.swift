import Benchmarks
import DataFormats
import Evaluation
import EvaluationTestSupport
import Foundation
import FoundationXML
import TestSupport
import Testing

/// `compare`, as its users run it: every verdict with its exit code.
@Suite struct CompareProgramTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func write(
    _ name: String, count: Int = 800, weights: String = "1111", wrong: Set<Int> = []
  ) throws -> String {
    let path = folder.path + "/" + name
    try WrittenRun.write(
      DocVQA(), WrittenRun.questions(count), to: path, weights: weights
    ) { sample in
      let number = Int(sample.id.dropFirst()) ?? 0
      return wrong.contains(number)
        ? Answer(text: "something | else", tokenIDs: [7, 8, 1])
        : Answer(text: sample.references[0], tokenIDs: [7, 8, 9])
    }
    return path
  }

  private func compare(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(["compare", "--replicates", "100", "--draws", "999"] + arguments)
  }

  @Test func `a regression ends with 100, and with 0 where nothing decides`() throws {
    let a = try write("a")
    let b = try write("b", weights: "2222", wrong: Set(stride(from: 0, to: 800, by: 20)))
    let gated = try compare(a, b, "--gate")
    #expect(gated.status == 100, "\(gated.errors)")
    #expect(gated.output.hasPrefix("**regression: DocVQA anls 100.00 → 95.00"))
    #expect(gated.output.contains("800 of 800 compared"))
    #expect(gated.output.contains("the model's content: 1111 → 2222"))
    #expect(try compare(a, b).status == 0)
    #expect(try compare(a, b, "--gate", "--margin", "docvqa=10").status == 0)
  }

  @Test func `the same answers are identical, and end with 0 under every gate`() throws {
    let a = try write("a", count: 12)
    let b = try write("b", count: 12)
    let outcome = try compare(a, b, "--gate", "--strict", "--expect", "identical")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("12 answers identical"))
  }

  @Test func `one changed answer ends with 100 where none is expected, and is named`() throws {
    let a = try write("a", count: 40)
    let b = try write("b", count: 40, weights: "1112", wrong: [7])
    let outcome = try compare(a, b, "--expect", "identical")
    #expect(outcome.status == 100)
    #expect(outcome.output.contains("q7, first differing token at 2"))
    // Two answers of a model and of another may differ.
    #expect(try compare(a, b, "--gate").status == 0)
  }

  @Test func `cannot tell ends with 0, and with 102 where that is to fail`() throws {
    let a = try write("a", count: 40)
    let b = try write("b", count: 40, weights: "2222", wrong: [7])
    let outcome = try compare(a, b, "--gate")
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("**cannot tell: "))
    #expect(try compare(a, b, "--gate", "--strict").status == 102)
  }

  @Test func `a missing benchmark ends with 101`() throws {
    _ = try write("a/docvqa")
    try WrittenRun.write(
      TextVQA(), WrittenRun.questions(8), to: folder.path + "/a/textvqa"
    ) { Answer(text: $0.references[0]) }
    _ = try write("b/docvqa", weights: "2222")
    let outcome = try compare(folder.path + "/a", folder.path + "/b", "--gate")
    #expect(outcome.status == 101)
    #expect(outcome.output.hasPrefix("**incomplete: textvqa is only in A"))
  }

  @Test func `a changed scorer is told apart from the answers`() throws {
    let a = try write("a", count: 40)
    let b = try write("b", count: 40)
    for run in [a, b] { #expect(try Program.run(["score", run]).status == 0) }
    let scores = try String(contentsOfFile: a + "/scores.json", encoding: .utf8)
    try scores.replacing("\"value\": 1.0", with: "\"value\": 0.9").write(
      toFile: a + "/scores.json", atomically: true, encoding: .utf8)
    let outcome = try compare(a, b)
    #expect(outcome.output.contains("A was stored as 90.00, the present rules give 100.00"))
    #expect(outcome.output.contains("total +10.00 = answers +0.00 + scorer +10.00"))
    #expect(outcome.output.hasPrefix("**identical"))
  }

  @Test(arguments: ["markdown", "csv", "json", "latex", "junit", "html"])
  func `every format holds the figure and breaks at no answer`(format: String) throws {
    let a = try write("a", count: 40)
    let b = try write("b", count: 40, weights: "2222", wrong: [7])
    let outcome = try compare(a, b, "--format", format, "--gate")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("anls"))
    switch format {
    case "json":
      let json = try JSONValue.parse(outcome.output)
      #expect(json["verdict"] == "cannot_tell")
      #expect(json["seed"] == "1")
      let figure = json["benchmarks"]?[0]?["figures"]?[0]
      #expect(figure?["name"] == "docvqa/anls")
      #expect(figure?["delta"]?["clusters"] == 10)
      #expect(json["benchmarks"]?[0]?["changed"]?[0]?["id"] == "q7")
    case "junit":
      let parser = XMLParser(data: Data(outcome.output.utf8))
      #expect(parser.parse(), "\(String(describing: parser.parserError))")
    default: break
    }
  }

  @Test func `a file's name chooses the format`() throws {
    let a = try write("a", count: 12)
    let file = folder.path + "/night.json"
    let outcome = try compare(a, a, "--output", file)
    #expect(outcome.output.contains("12 answers identical"))
    #expect(try JSONValue.parse(String(contentsOfFile: file, encoding: .utf8))["exit"] == 0)
  }

  @Test func `bad input is one sentence`() throws {
    let a = try write("a", count: 8)
    let other = folder.path + "/other"
    try WrittenRun.write(InfoVQA(), WrittenRun.questions(8), to: other) {
      Answer(text: $0.references[0])
    }
    let empty = try write("empty", count: 8)
    for name in try FileManager.default.contentsOfDirectory(atPath: empty + "/answers") {
      try FileManager.default.removeItem(atPath: empty + "/answers/" + name)
    }
    expectOneSentence(try compare(a, other), status: 2, mentions: ["docvqa", "infovqa"])
    expectOneSentence(try compare(a, empty), status: 1, mentions: [empty, "no answers"])
    expectOneSentence(
      try compare(a, folder.path + "/nothing"), status: 1, mentions: ["nothing"])
    expectOneSentence(
      try compare(a, a, "--gate", "--margin", "nan"), status: 2, mentions: ["nan"])
    expectOneSentence(
      try compare(a, a, "--strict"), status: 2, mentions: ["--gate"])
    expectOneSentence(
      try compare(a, a, "--profile", "lmms-evil"), status: 2, mentions: ["lmms-eval"])
  }
}
