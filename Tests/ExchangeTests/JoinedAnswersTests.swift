import DataFormats
import Diagnostics
import Evaluation
import EvaluationTestSupport
import Exchange
import Foundation
import Metrics
import TestSupport
import Testing

/// Joining is by id where the ids are the data's, else by question and reference, and never by
/// guess.
@Suite struct JoinedAnswersTests {
  private func joined(
    _ text: String, name: String = "a.jsonl", data: OpenedData? = EchoBenchmark.data()
  ) throws -> JoinedAnswers {
    try TestMaterial.withTemporaryFolder { folder in
      let path = folder + "/" + name
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      return try JoinedAnswers(
        AnswerFile(path, benchmark: EchoBenchmark()), benchmark: EchoBenchmark(), data: data)
    }
  }

  private func sentence(
    _ text: String, name: String = "a.jsonl", data: OpenedData? = EchoBenchmark.data()
  ) -> String {
    do {
      _ = try joined(text, name: name, data: data)
      return "no error"
    } catch {
      return render(error)
    }
  }

  @Test func idsOfTheDataJoinInAnyOrderAndTheRestIsMissing() throws {
    let answers = try joined(
      """
      {"question_id": "s3", "text": "answer 3"}
      {"question_id": "s0", "text": "wrong"}
      """)
    #expect(answers.file.format.name == "llava")
    let scores = RunScores(answers, benchmark: EchoBenchmark(), profile: .lmmsEval)
    #expect(
      scores.ledger.answered == 2 && scores.ledger.missing == 10 && scores.ledger.total == 12
        && scores.ledger.isPartial)
    #expect(scores.metrics.first?.value == 1.0 / 12)
  }

  @Test func numbersThatOnlyLookLikeIdsAreNotTrusted() throws {
    // The index counts from s1, but the questions say otherwise.
    let answers = try joined(
      """
      [{"index": "s1", "question": "0", "answer": "['answer 0']", "prediction": "answer 0"},
       {"index": "s2", "question": " 1 ", "answer": "['answer 1']", "prediction": "answer 1"}]
      """, name: "m_D.json")
    #expect(
      answers.records[0]?.prediction == "answer 0" && answers.records[1]?.prediction == "answer 1"
        && answers.records[2] == nil)
  }

  @Test func theSameQuestionTwiceIsToldByItsRow() throws {
    let twice = (0..<3).map {
      Sample(id: "x\($0)", image: nil, question: "what?", references: ["a"])
    }
    let layout = DataLayout(
      name: "memory", summary: "memory", recognizes: { _ in true }, samples: { _ in twice })
    let data = OpenedData(path: "d", layout: layout, samples: twice)
    let answers = try joined(
      """
      {"doc_id": 2, "target": "['a']", "filtered_resps": "third", "input": "what?\\nAnswer the question briefly."}
      {"doc_id": 0, "target": "['a']", "filtered_resps": "first", "input": "What?"}
      """, data: data)
    #expect(answers.records.map { $0?.prediction } == ["first", nil, "third"])
    let lost = sentence(
      #"{"doc_id": 7, "target": "['a']", "filtered_resps": "x", "input": "what?"}"#, data: data)
    #expect(
      lost.contains("line 1") && lost.contains("3 samples") && lost.contains("nothing tells which"),
      "\(lost)")
  }

  @Test(arguments: [
    (
      #"{"question_id": "s0", "text": "a"}"# + "\n" + #"{"question_id": "s0", "text": "b"}"#,
      "line 2: the sample \"s0\" is answered twice; the first answer is at line 1"
    ),
    (
      #"{"question_id": "s0", "text": "a"}"# + "\n" + #"{"question_id": "s99", "text": "b"}"#,
      "line 2: no sample of the data has the id \"s99\""
    ),
    (#"{"question_id": "z", "text": "a"}"#, "line 1: the answer has the id \"z\", which no sample"),
    (
      #"{"question_id": "z", "prompt": "What else?", "text": "a"}"#,
      "line 1: the question \"What else?\" is not in the Echo data"
    ),
    (
      #"{"doc_id": 0, "target": "['no']", "filtered_resps": "x", "input": "0"}"#,
      "line 1: the question \"0\" is in the data, but with other references"
    ),
    (#"{"doc_id": 0, "target": "x"}"#, "these answers have no format that is known"),
    ("", "the file is empty"),
    (#"{"question_id": 0, "text": 4}"#, "line 1: the answer has the id \"0\", which no sample"),
  ])
  func whatJoinsToNothingOrTwiceIsNamedByFileAndRow(text: String, mentioned: String) {
    let sentence = sentence(text)
    #expect(sentence.contains("/a.jsonl: " + mentioned) && !sentence.contains("\n"), "\(sentence)")
  }

  @Test func idsDecideWhereMostQuestionsAreTheDatas() throws {
    let answers = try joined(
      """
      {"question_id": "s0", "prompt": "0", "text": "a"}
      {"question_id": "s1", "prompt": "1", "text": "a"}
      {"question_id": "s2", "prompt": "seven", "text": "b"}
      """)
    #expect(answers.records[2]?.prediction == "b")
    #expect(answers.remarks.contains { $0.hasPrefix("1 of 3 questions are written otherwise") })
  }

  @Test func withoutDataTheFileMustHoldTheReferences() throws {
    let own = try joined(
      #"[{"index": 1, "question": "q", "answer": "a", "prediction": "a"}]"#, name: "m.json",
      data: nil)
    #expect(own.samples.map(\.id) == ["1"] && own.samples[0].references == ["a"])
    #expect(
      sentence(#"{"question_id": 1, "prompt": "q", "text": "a"}"#, data: nil).contains(
        "no reference answer"))
    let once = #""index": 1, "question": "q", "answer": "a""#
    let twice = #"[{\#(once), "prediction": "a"}, {\#(once), "prediction": "b"}]"#
    #expect(
      sentence(twice, name: "m.json", data: nil).contains(
        "[1]: the sample \"1\" is answered twice; the first answer is at [0]"))
  }

  @Test func aRunIsReadAsAnswersWithItsFailures() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let model = EchoModel()
      model.failing = ["2"]
      let runner = Runner(
        benchmark: EchoBenchmark(), data: EchoBenchmark.data(), outputFolder: folder + "/echo")
      let run = try runner.run(model, progress: SilentProgress()).directory
      let file = try AnswerFile(folder, benchmark: EchoBenchmark())
      #expect(file.format.name == "run" && file.dataset == "echo")
      let scores = RunScores(
        try JoinedAnswers(file, benchmark: EchoBenchmark(), data: nil), benchmark: EchoBenchmark(),
        profile: .lmmsEval)
      let direct = try RunScores(run, benchmark: EchoBenchmark(), profile: .lmmsEval)
      #expect(
        scores.metrics == direct.metrics && scores.ledger == direct.ledger
          && scores.ledger.failed == 1)
    }
  }

  @Test func anUnknownFormatNameGetsTheNearest() throws {
    let error = #expect(throws: EvaluationError.self) {
      try AnswerFile(
        TestMaterial.fixtures + "/answers/rrc/docvqa.json", benchmark: EchoBenchmark(),
        formatName: "rcc")
    }
    #expect(error?.message.contains("did you mean \"rrc\"?") == true)
  }
}
