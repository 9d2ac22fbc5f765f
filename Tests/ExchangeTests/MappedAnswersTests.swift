import Benchmarks
import DataFormats
import Diagnostics
import Evaluation
import Exchange
import TestSupport
import Testing

/// Files of no known format, read through `--fields` or by what their keys say.
@Suite struct MappedAnswersTests {
  private static let questions = FieldAnswersTests.folder + "/rrc-question-spelling/data"

  /// The same three answers in every kind of file: right, wrong, right.
  private static let files: [(name: String, text: String)] = [
    (
      "a.json",
      #"[{"qid": 1163, "out": {"text": "10.0"}}, {"qid": 56084, "out": {"text": "fire"}}, "#
        + #"{"qid": 56085, "out": {"text": "Bob"}}]"#
    ),
    (
      "a.jsonl",
      """
      {"qid": 1163, "out": {"text": "10.0"}}
      {"qid": 56084, "out": {"text": "fire"}}

      {"qid": 56085, "out": {"text": "Bob"}}
      """
    ),
    ("a.csv", "qid,out.text\r\n1163,10.0\r\n56084,\"fire\"\r\n56085,Bob\r\n"),
    ("a.tsv", "qid\tout.text\n1163\t10.0\n56084\tfire\n56085\tBob\n"),
    // JSON Lines under the name of JSON.
    (
      "b.json",
      """
      {\"qid\": 1163, \"out\": {\"text\": \"10.0\"}}\r\n{\"qid\": 56084, \"out\": {\"text\": \
      \"fire\"}}\r\n{\"qid\": 56085, \"out\": {\"text\": \"Bob\"}}\r\n
      """
    ),
    // And the other way round.
    (
      "c.jsonl",
      """
      [\n{\"qid\": 1163, \"out\": {\"text\": \"10.0\"}},\n{\"qid\": 56084, \"out\": {\"text\": \
      \"fire\"}},\n{\"qid\": 56085, \"out\": {\"text\": \"Bob\"}}]
      """
    ),
  ]

  @Test(arguments: files.map(\.name))
  func `any list of answers is read by its keys`(name: String) throws {
    let folder = try TemporaryFolder()
    let text = try #require(Self.files.first { $0.name == name }?.text)
    let file = try folder.write(text, to: name)
    let scores = try FieldAnswersTests.scores(
      "docvqa", file, data: Self.questions, fields: "id=qid, prediction=out.text")
    #expect(abs((scores.metrics.first?.value ?? .nan) - 2.0 / 3) < 1e-12)
    #expect(scores.ledger.answered == 3 && !scores.ledger.isPartial)
  }

  @Test func `references of the file are enough`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(
      #"[{"q": "who?", "gold": ["Bob", "Robert"], "said": "Bob"}, {"q": "what?", "gold": ["a"], "said": "b"}]"#,
      to: "answers.json")
    let scores = try FieldAnswersTests.scores(
      "docvqa", file, fields: "question=q,prediction=said,references=gold")
    #expect(scores.metrics.first?.value == 0.5)
  }

  @Test func `where nothing is recognised the message holds the flag that reads it`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(
      #"[{"questionId": 1163, "my_text": "10.0", "gt": ["10.0"]}]"#, to: "answers.json")
    let error = #expect(throws: EvaluationError.self) {
      try AnswerFile(file, benchmark: DocVQA())
    }
    let message = error.map { render($0) } ?? ""
    #expect(message.contains("their keys are questionId, my_text, gt"))
    #expect(message.contains("--fields id=questionId,prediction=KEY,references=gt"))
    // The advice works when followed.
    let scores = try FieldAnswersTests.scores(
      "docvqa",
      try folder.write(
        #"[{"questionId": 1163, "my_text": "10.0", "gt": ["10.0"], "question": "q"}]"#, to: "b.json"
      ),
      fields: "id=questionId,question=question,prediction=my_text,references=gt")
    #expect(scores.metrics.first?.value == 1)
  }

  @Test(arguments: [
    ("id=a", "prediction=KEY"), ("id=a,predicton=b", "did you mean \"prediction\"?"),
    ("prediction", "write MEANING=KEY"), ("prediction=a,prediction=b", "given twice"),
  ])
  func `a mapping without a prediction is refused`(text: String, message: String) {
    #expect {
      try FieldMapping(text)
    } throws: { error in
      render(error).contains(message)
    }
  }

  @Test func `a key that no entry has is named`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(#"[{"id": 1, "x": "y"}]"#, to: "answers.json")
    #expect {
      try AnswerFile(file, benchmark: DocVQA(), fields: try FieldMapping("prediction=z"))
    } throws: { error in
      render(error).contains("no entry has the key \"z\"")
    }
  }

  /// In every order of the keys, and whichever of its names the prediction has.
  @Test(arguments: ["prediction", "pred", "predict", "response", "model_answer", "output"])
  func `the reference is never taken for the answer`(key: String) throws {
    let folder = try TemporaryFolder()
    for id in ["question_id", "questionId", "id"] {
      let file = try folder.write(
        #"[{"\#(id)": 1163, "answer": "10.0", "\#(key)": "wrong"}]"#, to: "\(id).json")
      let scores = try FieldAnswersTests.scores("docvqa", file, data: Self.questions)
      #expect(scores.metrics.first?.value == 0)
      #expect(scores.samples.compactMap(\.answer?.text) == ["wrong"])
    }
  }

  @Test(arguments: ["null", "NaN"])
  func `no prediction is a failure and not a text`(value: String) throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(
      #"[{"index": 1, "question": "q", "answer": "nan", "prediction": \#(value)}]"#, to: "m.json")
    let scores = try FieldAnswersTests.scores("docvqa", file)
    #expect(scores.ledger.failed == 1 && scores.metrics.first?.value == 0)
  }

  @Test(arguments: [
    "Failed to obtain answer via API.", " failed to obtain answer via api. ",
    "Failed to obtain answer BlueLM API. ", "Fail to obtain answer via API.",
  ])
  func `what an API client writes for no answer is none`(text: String) throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(
      #"[{"index": 1, "question": "q", "answer": "\#(text)", "prediction": "\#(text)"}]"#,
      to: "m.json")
    let scores = try FieldAnswersTests.scores("docvqa", file)
    #expect(scores.ledger.failed == 1 && scores.ledger.isPartial)
    #expect(scores.metrics.first?.value == 0)
  }
}

/// Folders of answers.
@Suite struct AnswerFolderTests {
  private static func line(_ id: Int, _ text: String) -> String {
    #"{"question_id": \#(id), "prompt": "q", "text": "\#(text)"}"# + "\n"
  }

  @Test func `chunks are one set of answers, and a missing one is named`() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.line(1, "a"), to: "3_0.jsonl")
    try folder.write(Self.line(2, "b"), to: "3_2.jsonl")
    #expect {
      try AnswerFile(folder.path, benchmark: DocVQA())
    } throws: { error in
      render(error).contains("of 3 chunks 1 are missing: 3_1")
    }
    try folder.write(Self.line(3, "c"), to: "3_1.jsonl")
    let file = try AnswerFile(folder.path, benchmark: DocVQA())
    #expect(file.records.map(\.id) == ["1", "3", "2"])
    #expect(file.records.map(\.row) == [0, 1, 2])
  }

  @Test func `a file per category is one set of answers`() throws {
    let folder = try TemporaryFolder()
    for (category, answer) in [("existence", "Yes"), ("count", "No")] {
      try folder.write(
        """
        {"question_id": "a.png", "question": "q1", "prediction": "\(answer)", "answer": "Yes"}
        {"question_id": "a.png", "question": "q2", "prediction": "No", "answer": "No"}

        """, to: "\(category).jsonl")
    }
    let scores = try FieldAnswersTests.scores("mme", folder.path)
    let figures = Dictionary(
      scores.metrics.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    #expect(figures["existence"] == 200 && figures["count"] == 50)
  }

  @Test func `two models in one folder are not one`() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.line(1, "a"), to: "llava.jsonl")
    try folder.write(Self.line(2, "b"), to: "qwen.jsonl")
    try folder.write("{}", to: "._qwen.jsonl")
    #expect {
      try AnswerFile(folder.path, benchmark: DocVQA())
    } throws: { error in
      render(error).contains("2 files of answers lie here, llava.jsonl, qwen.jsonl; name the one")
    }
  }
}
