import Benchmarks
import DataFormats
import Diagnostics
import Evaluation
import Exchange
import Foundation
import Metrics
import TestSupport
import Testing

/// Two answers to one question are never both scored, whatever the benchmark and the program.
@Suite struct AnsweredTwiceTests {
  static let names = BenchmarkRegistry.all.map(\.name)

  private static func samples(_ benchmark: any Benchmark) throws -> OpenedData {
    try OpenedData(benchmark, path: FieldAnswersTests.samples)
  }

  /// A row as VLMEvalKit's tables hold it, with what any of the benchmarks reads.
  private static func row(_ sample: Sample, _ place: Int) -> JSONValue {
    var row: OrderedRow = ["question": .string(sample.question)]
    for (key, value) in sample.metadata where value.arrayValue == nil { row[key] = value }
    for (letter, option) in zip(
      ["A", "B", "C", "D", "E"], sample.metadata["options"]?.arrayValue ?? [])
    {
      row[letter] = option
    }
    row["index"] = .integer(Int(sample.id.split(separator: "#")[0]) ?? place)
    row["answer"] = .string(sample.references[0])
    row["prediction"] = .string(sample.references[0])
    row["image_path"] = sample.metadata["pair"] ?? .string(sample.imageIdentity ?? "")
    if let half = sample.metadata["split"]?.stringValue, ["human", "augmented"].contains(half) {
      row["split"] = .string("test_" + half)
    }
    if let type = sample.metadata["question_type"] { row["category"] = type }
    return .object(.init(row.map { ($0, $1) }, uniquingKeysWith: { $1 }))
  }

  private typealias OrderedRow = [String: JSONValue]

  private static func line(
    _ sample: Sample, _ place: Int, of benchmark: any Benchmark
  ) -> JSONValue {
    var row = row(sample, place).objectValue ?? [:]
    row["question_id"] = .string(
      sample.metadata["pair"]?.stringValue ?? String(sample.id.split(separator: "#")[0]))
    // lmms-eval's rows of boxes hold the expression as their answer.
    if let box = sample.metadata["box"]?.arrayValue?.compactMap(\.doubleValue),
      let width = sample.metadata["width"]?.doubleValue,
      let height = sample.metadata["height"]?.doubleValue
    {
      row["bbox"] = .array(zip(box, [width, height, width, height]).map { .number($0 / $1) })
      row["answer"] = .string(sample.question)
    }
    return [
      "doc_id": .integer(place), "target": .string(sample.references[0]),
      "filtered_resps": [.string(sample.references[0])],
      "input": .string(benchmark.prompt(for: sample).text), "doc": .object(row),
    ]
  }

  private static func join(
    _ lines: [JSONValue], _ name: String, _ benchmark: any Benchmark, data: OpenedData?
  ) throws -> JoinedAnswers {
    let folder = try TemporaryFolder()
    let path = try folder.write(lines.map { $0.text() + "\n" }.joined(), to: name)
    return try JoinedAnswers(
      AnswerFile(path, benchmark: benchmark, formats: BenchmarkRegistry.answerFormats),
      benchmark: benchmark, data: data)
  }

  @Test(arguments: names, [true, false])
  func `a question that is answered twice is refused`(name: String, isJoined: Bool) throws {
    let benchmark = try BenchmarkRegistry.named(name)
    let data = try Self.samples(benchmark)
    let task = (benchmark as? any LMMsEvalTask)?.lmmsEvalTask ?? name
    for (file, lines) in [
      ("model_\(benchmark.title).jsonl", data.samples.enumerated().map { Self.row($1, $0) }),
      (
        "20260301_101010_samples_\(task).jsonl",
        data.samples.enumerated().map { Self.line($1, $0, of: benchmark) }
      ),
    ] {
      let known = isJoined ? data : nil
      // As they are, they can be scored: what is refused below is the second answer.
      let whole = try Self.join(lines, file, benchmark, data: known)
      #expect(whole.samples.count == data.samples.count)
      for place in [0, lines.count - 1] {
        #expect {
          try Self.join(lines + [lines[place]], file, benchmark, data: known)
        } throws: { error in
          render(error).contains("answered twice")
        }
      }
    }
  }

  @Test func `the one id that SEED-Bench has twice may be answered twice, and not more often`()
    throws
  {
    let row = { (question: String) -> JSONValue in
      [
        "question_id": "49914", "question": .string(question), "choice_a": "x", "choice_b": "y",
        "choice_c": "z", "choice_d": "w", "answer": "A",
      ]
    }
    let lines = ["first", "second", "third"].enumerated().map { place, question -> JSONValue in
      [
        "doc_id": .integer(place), "target": "A", "filtered_resps": ["A"],
        "input": .string(question), "doc": row(question),
      ]
    }
    let name = "20260301_101010_samples_seedbench.jsonl"
    let two = try Self.join(Array(lines.prefix(2)), name, SEEDBench(), data: nil)
    #expect(two.samples.map(\.id) == ["49914", "49914#2"])
    #expect(throws: EvaluationError.self) { try Self.join(lines, name, SEEDBench(), data: nil) }
  }

  @Test func `a file of lettered options names all benchmarks that it may be about`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "index\tquestion\tA\tB\tanswer\tprediction\n1\tq\tx\ty\tA\tA\n", to: "answers.tsv")
    let file = try AnswerFile(
      path, benchmark: DocVQA(), formats: BenchmarkRegistry.answerFormats)
    #expect {
      try AnswerOrigin.check(file, isFor: DocVQA())
    } throws: { error in
      ["MMBench", "AI2D", "SEED-Bench", "MMStar"].allSatisfy(render(error).contains)
    }
    for benchmark in [AI2D(), MMBench(), MMStar()] as [any Benchmark] {
      try AnswerOrigin.check(file, isFor: benchmark)
    }
  }
}
