import Benchmarks
import DataFormats
import Diagnostics
import Evaluation
import Exchange
import Foundation
import Metrics
import TestSupport
import Testing

/// Answers to the eight general benchmarks as the programs that people use write them, over the
/// embedded questions.
@Suite struct GeneralAnswersTests {
  private static let names = [
    "seedbench", "mmstar", "gqa", "mmmu", "pope", "scienceqa", "ai2d", "realworldqa",
  ]

  private static func data(_ name: String) throws -> OpenedData {
    try OpenedData(BenchmarkRegistry.named(name), path: FieldAnswersTests.samples)
  }

  private static func lines(_ objects: [JSONValue]) -> String {
    objects.map { $0.text() + "\n" }.joined()
  }

  /// The headline figure on the scale that papers print, and what is said beside it.
  private static func scored(
    _ name: String, _ path: String, data: String? = FieldAnswersTests.samples,
    profile: String = "lmms-eval-0.3"
  ) throws -> (value: Double, scores: RunScores) {
    let scores = try FieldAnswersTests.scores(name, path, data: data, profile: profile)
    let row = try #require(scores.metrics.first)
    return (row.value * row.paperFactor, scores)
  }

  /// lmms-eval takes MMMU's lists of accepted answers for one text, which no answer is.
  private static func profile(_ name: String) -> String {
    name == "mmmu" ? "official" : "lmms-eval-0.3"
  }

  private static func sentence(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch {
      return render(error)
    }
  }

  @Test(arguments: names)
  func `LLaVA's answers are joined by the data's ids`(name: String) throws {
    let benchmark = try BenchmarkRegistry.named(name)
    let data = try Self.data(name)
    let folder = try TemporaryFolder()
    let path = try folder.write(
      Self.lines(
        data.samples.reversed().map { sample in
          [
            // The data's own id, without what tells a second row of it.
            "question_id": .string(String(sample.id.split(separator: "#")[0])),
            "prompt": .string(benchmark.prompt(for: sample).text),
            "text": .string(sample.references[0]), "answer_id": "x", "model_id": "m",
            "metadata": [:],
          ]
        }), to: "answers.jsonl")
    guard name != "seedbench" else {
      // The two rows of one id stand in the data's order in LLaVA's file.
      let ordered = try folder.write(
        Self.lines(
          data.samples.map { sample in
            [
              "question_id": .string(String(sample.id.split(separator: "#")[0])),
              "prompt": .string(benchmark.prompt(for: sample).text),
              "text": .string(sample.references[0]),
            ]
          }), to: "ordered.jsonl")
      #expect(try Self.scored(name, ordered, profile: "llava").value == 100)
      return
    }
    let (value, scores) = try Self.scored(name, path, profile: Self.profile(name))
    #expect(value == 100 && scores.ledger.missing == 0)
    #expect(!scores.remarks.contains { $0.contains("written otherwise") })
  }

  @Test(arguments: names, [true, false])
  func `lmms-eval's samples are read with and without the data's row`(
    name: String, hasRow: Bool
  ) throws {
    let benchmark = try BenchmarkRegistry.named(name)
    let task = try #require(benchmark as? any LMMsEvalTask).lmmsEvalTask
    let data = try Self.data(name)
    let folder = try TemporaryFolder()
    let path = try folder.write(
      Self.lines(
        data.samples.enumerated().map { place, sample in
          var line: [(String, JSONValue)] = [
            ("doc_id", .integer(place)), ("target", .string(sample.references[0])),
            ("filtered_resps", .array([.string(sample.references[0])])),
            ("input", .string(benchmark.prompt(for: sample).text)),
          ]
          if hasRow {
            var row = sample.metadata
            row["question"] = .string(sample.question)
            line.append(("doc", .object(.init(row.map { ($0, $1) }, uniquingKeysWith: { $1 }))))
          }
          return .object(.init(line, uniquingKeysWith: { $1 }))
        }), to: "20260301_101010_samples_\(task).jsonl")
    let (value, scores) = try Self.scored(name, path, profile: Self.profile(name))
    #expect(value == 100 && scores.ledger.missing == 0)
  }

  @Test(arguments: names) func `VLMEvalKit's tables are scored alone`(name: String) throws {
    let data = try Self.data(name)
    let folder = try TemporaryFolder()
    let path = try folder.write(
      Self.lines(
        data.samples.enumerated().map { place, sample in
          var row: [(String, JSONValue)] = [
            ("index", .integer(place)), ("question", .string(sample.question)),
            ("answer", .string(sample.references[0])),
            ("prediction", .string(sample.references[0])),
          ]
          for key in ["category", "l2_category"] {
            if let value = sample.metadata[key] { row.append((key, value)) }
          }
          let options = sample.metadata["options"]?.arrayValue ?? []
          for (letter, option) in zip(["A", "B", "C", "D", "E"], options) {
            row.append((letter, option))
          }
          return .object(.init(row, uniquingKeysWith: { $1 }))
        }), to: "model.jsonl")
    let (value, scores) = try Self.scored(name, path, data: nil, profile: "vlmevalkit")
    // Two of RealWorldQA's own answers are texts without options, and one of MMMU's a number: the
    // toolkit cannot read them.
    #expect(value == 100 || ["realworldqa", "mmmu"].contains(name))
    #expect(scores.ledger.answered == data.samples.count)
  }

  // MARK: MMMU

  private static func outputs(_ samples: [Sample]) -> [JSONValue] {
    samples.map { sample in
      let options = sample.metadata["options"]?.arrayValue ?? []
      let letters = ["A", "B", "C", "D"].prefix(options.count)
      return [
        "id": .string(sample.id),
        "question_type": .string(options.isEmpty ? "short-answer" : "multiple-choice"),
        "answer": options.isEmpty
          ? .array(sample.references.map { .string($0) }) : .string(sample.references[0]),
        "all_choices": .array(letters.map { .string($0) }),
        "index2ans": .object(.init(zip(letters, options), uniquingKeysWith: { $1 })),
        "response": .string("The answer is (\(sample.references[0]))"),
      ]
    }
  }

  @Test func `MMMU's outputs are scored alone, as one list or by subject`() throws {
    let samples = try Self.data("mmmu").samples
    let folder = try TemporaryFolder()
    let list = try folder.write(
      JSONValue.array(Self.outputs(samples)).text(), to: "total_val_output.json")
    let file = try AnswerFile(
      list, benchmark: MMMU(), formats: BenchmarkRegistry.answerFormats)
    #expect(file.format.name == "mmmu")
    for sample in samples {
      let subject = sample.metadata["subject"]?.stringValue ?? ""
      let own = samples.filter { $0.metadata["subject"]?.stringValue == subject }
      try folder.write(
        JSONValue.array(Self.outputs(own)).text(), to: "outputs/\(subject)/output.json")
    }
    for path in [list, folder.path + "/outputs"] {
      for data in [nil, FieldAnswersTests.samples] {
        let (value, scores) = try Self.scored("mmmu", path, data: data, profile: "official")
        #expect(scores.ledger.answered == 6 && value == 100)
      }
    }
  }

  @Test func `MMMU's letters are compared as they are, with the data or the references`() throws {
    let samples = try Self.data("mmmu").samples
    let folder = try TemporaryFolder()
    let right = samples.map { ($0.id, JSONValue.string($0.references[0])) }
    // What could be read as another letter is none here, and nothing is drawn for it.
    var wrong = right
    wrong[0].1 = "(A) or B"
    let references = samples.map { sample -> (String, JSONValue) in
      let isOpen = sample.metadata["options"] == nil
      return (
        sample.id,
        [
          "question_type": isOpen ? "short-answer" : "multiple-choice",
          "ground_truth": sample.references.count > 1
            ? .array(sample.references.map { .string($0) }) : .string(sample.references[0]),
        ]
      )
    }
    func write(_ members: [(String, JSONValue)], _ name: String) throws -> String {
      try folder.write(
        JSONValue.object(.init(members, uniquingKeysWith: { $1 })).text(), to: name)
    }
    let dictionary = try write(references, "answer_dict_val.json")
    for data in [FieldAnswersTests.samples, dictionary, folder.path] {
      let all = try Self.scored(
        "mmmu", write(right, "right.json"), data: data, profile: "official")
      #expect(all.value == 100)
      let one = try Self.scored(
        "mmmu", write(wrong, "wrong.json"), data: data, profile: "official")
      #expect(abs(one.value - 500 / 6.0) < 1e-9)
      #expect(!one.scores.remarks.contains { $0.contains("draws") })
    }
    let path = try write(right, "right.json")
    #expect(
      Self.sentence { _ = try Self.scored("mmmu", path, data: nil) }
        .contains("there is no reference answer here"))
    // The references alone are read for responses too: the file has the options.
    let outputs = try folder.write(
      JSONValue.array(Self.outputs(samples)).text(), to: "outputs.json")
    #expect(try Self.scored("mmmu", outputs, data: dictionary, profile: "official").value == 100)
  }

  // MARK: POPE

  private static func answers(_ set: String, _ answer: (Sample) -> String) throws -> String {
    lines(
      try data("pope").samples.filter { $0.id.hasPrefix(set) }.map {
        ["question": .string($0.question), "answer": .string(answer($0))]
      })
  }

  @Test func `POPE's answer files are paired by the order of their set`() throws {
    let folder = try TemporaryFolder()
    let right = { (sample: Sample) in sample.references[0] == "yes" ? "Yes, it is." : "No" }
    for set in ["random", "popular", "adversarial"] {
      try folder.write(try Self.answers(set, right), to: "m/answers_\(set).jsonl")
    }
    let (value, scores) = try Self.scored("pope", folder.path + "/m", profile: "official")
    #expect(value == 100 && scores.ledger.missing == 0 && scores.ledger.answered == 24)
    let one = try Self.scored(
      "pope", folder.path + "/m/answers_popular.jsonl", profile: "official")
    #expect(one.scores.ledger.answered == 8 && one.scores.ledger.missing == 16)
    let nameless = try folder.write(try Self.answers("random", right), to: "answers.jsonl")
    #expect(
      Self.sentence { _ = try Self.scored("pope", nameless) }
        .contains("put random, popular or adversarial into the file's name"))
    // Lines in another order are told by their questions.
    let turned = try Self.answers("random", right).split(separator: "\n").reversed()
      .joined(separator: "\n")
    let reversed = try folder.write(turned, to: "reversed_random.jsonl")
    let other = try Self.scored("pope", reversed, profile: "official").scores
    #expect(other.samples.filter { $0.answer != nil }.allSatisfy { $0.scored.score.value == 1 })
  }

  @Test func `LLaVA's ids of POPE need its question file beside the labels`() throws {
    let folder = try TemporaryFolder()
    let samples = try Self.data("pope").samples
    let questions = samples.enumerated().map { place, sample -> JSONValue in
      [
        "question_id": .integer(place), "category": sample.metadata["category"] ?? .null,
        "image": .string(String(sample.image?.identity.split(separator: "/").last ?? "")),
        "text": .string(POPE().prompt(for: sample).text),
      ]
    }
    try folder.write(Self.lines(questions), to: "llava_pope_test.jsonl")
    for set in ["random", "popular", "adversarial"] {
      try folder.write(
        readFile("\(FieldAnswersTests.samples)/pope/coco_pope_\(set).json"),
        to: "coco/coco_pope_\(set).json")
    }
    let answers = try folder.write(
      Self.lines(
        samples.enumerated().map { place, sample in
          [
            "question_id": .integer(place), "prompt": .string(POPE().prompt(for: sample).text),
            "text": .string(sample.references[0]),
          ]
        }), to: "answers/llava.jsonl")
    #expect(try Self.scored("pope", answers, data: folder.path, profile: "llava").value == 100)
    // A label file of another time: the questions are others.
    try folder.write(
      Self.lines(
        try JSONLines.read(folder.path + "/coco/coco_pope_random.json").reversed().map(\.value)),
      to: "coco/coco_pope_random.json")
    #expect(
      Self.sentence { _ = try Self.scored("pope", answers, data: folder.path) }
        .contains("question 1 of the set random is not the one in coco_pope_random.json"))
  }

  // MARK: ScienceQA

  @Test func `ScienceQA's results are read from texts, from indices and from lists`() throws {
    let folder = try TemporaryFolder()
    let benchmark = ScienceQA()
    let full = try OpenedData(
      benchmark, path: FieldAnswersTests.samples + "/scienceqa", choice: DataChoice(split: "full"))
    #expect(full.samples.count == 6 && full.samples.count(where: \.images.isEmpty) == 1)
    func object(_ value: (Sample) -> JSONValue) -> JSONValue {
      .object(
        .init(full.samples.map { ($0.id, value($0)) }, uniquingKeysWith: { first, _ in first }))
    }
    let index = { (sample: Sample) -> JSONValue in
      .integer(["A", "B", "C", "D", "E"].firstIndex(of: sample.references[0]) ?? -1)
    }
    let files: [(String, JSONValue)] = [
      (
        "outputs.json",
        [
          "acc": 100, "correct": 6, "count": 6, "results": object(index),
          "outputs": object { .string("Thinking. The answer is \($0.references[0]).\n") },
        ]
      ),
      ("results.json", ["acc": 100, "correct": 6, "count": 6, "results": object(index)]),
      (
        "lists.json",
        [
          "correct": .array(
            full.samples.map { sample in
              [
                "question_id": .string(sample.id), "parsed_ans": .string(sample.references[0]),
                "ground_truth": .string(sample.references[0]),
                "question": .string(benchmark.prompt(for: sample).text),
                "pred": .string("\(sample.references[0]). so"),
                "is_multimodal": .bool(!sample.images.isEmpty),
              ]
            }), "incorrect": [],
        ]
      ),
    ]
    for (name, content) in files {
      let path = try folder.write(content.text(), to: name)
      let file = try AnswerFile(
        path, benchmark: benchmark, formats: BenchmarkRegistry.answerFormats)
      let joined = try JoinedAnswers(file, benchmark: benchmark, data: full)
      let scores = RunScores(joined, benchmark: benchmark, profile: try Profile.named("llava"))
      #expect(scores.metrics.prefix(2).map(\.name) == ["exact_match", "exact_match_img"])
      #expect(scores.metrics.prefix(2).map(\.value) == [1, 1])
      #expect(scores.metrics.prefix(2).map(\.count) == [6, 5])
      // The image part alone does not have the question without a picture.
      #expect(
        Self.sentence { _ = try Self.scored("scienceqa", path, profile: "llava") }
          .contains("answers to another split are scored with --split"))
    }
    let alone = try Self.scored(
      "scienceqa", folder.path + "/lists.json", data: nil, profile: "llava")
    #expect(alone.value == 100 && alone.scores.metrics[1].count == 5)
  }
}
