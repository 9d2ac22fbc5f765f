import Benchmarks
import DataFormats
import Diagnostics
import Evaluation
import Exchange
import Foundation
import Metrics
import TestSupport
import Testing

/// Files of other programs, as people have them, and the figures that are right for them.
@Suite struct FieldAnswersTests {
  static let folder = TestMaterial.fixtures + "/field"

  /// Scores a file as the command line does.
  static func scores(
    _ name: String, _ path: String, data: String? = nil, profile: String = "lmms-eval",
    fields: String? = nil, split: String? = nil
  ) throws -> RunScores {
    let named = try BenchmarkRegistry.named(name)
    let file = try AnswerFile(
      path, benchmark: named, formats: BenchmarkRegistry.answerFormats,
      fields: try fields.map { try FieldMapping($0) }, split: split)
    let benchmark = try AnswerOrigin.checked(named, for: file)
    let data = try data.map { try OpenedData(benchmark, path: $0) }
    return RunScores(
      try JoinedAnswers(file, benchmark: benchmark, data: data), benchmark: benchmark,
      profile: try Profile.named(profile))
  }

  struct Case: CustomTestStringConvertible, Sendable {
    var benchmark: String
    var answers: String
    var data: String?
    var profile = "lmms-eval"
    /// The headline figure on the scale that papers print.
    var value: Double
    var failed = 0
    var missing = 0
    /// A part of what is said beside the figure.
    var remark = ""

    var testDescription: String { "\(answers) as \(benchmark) by \(profile)" }
  }

  static let samples = TestMaterial.project + "/Samples"

  @Test(arguments: [
    Case(
      benchmark: "ocrbench", answers: "ocrbench-official-results/mymodel.json",
      profile: "official", value: 26),
    Case(
      benchmark: "chartqa", answers: "chartqa-annotation/chartqa_test_human_240101.json",
      value: 100),
    Case(
      benchmark: "chartqa", answers: "chartqa-annotation/chartqa_test_human_231001_fs0_s0.json",
      value: 100),
    Case(
      benchmark: "chartqa", answers: "chartqa-annotation/chartqa_test_human_240101.json",
      data: samples + "/chartqa", value: 50, missing: 10,
      remark: "10 of 10 questions are written otherwise"),
    Case(
      benchmark: "chartqa", answers: "chartqa-annotation/chartqa_test_human_231001_fs0_s0.json",
      data: samples + "/chartqa", value: 50, missing: 10),
    Case(
      benchmark: "docvqa", answers: "docowl-results/DocVQA_test_pred.jsonl",
      data: samples + "/docvqa", value: 100),
    Case(
      benchmark: "docvqa", answers: "internvl-suffix/docvqa_val_240101.json",
      data: samples + "/docvqa", value: 100, remark: "questions are written otherwise"),
    Case(
      benchmark: "textvqa", answers: "evalai-reference-taken/results.json",
      data: folder + "/evalai-reference-taken/data", profile: "official", value: 0,
      remark: "--fields id=question_id,prediction=prediction"),
    Case(
      benchmark: "refcoco", answers: "grounding-results/refcoco_testA_240101.json",
      profile: "vlmevalkit", value: 100),
    Case(
      benchmark: "refcoco", answers: "grounding-results/refcoco_testA.json",
      profile: "vlmevalkit", value: 100),
    Case(
      benchmark: "refcoco", answers: "grounding-results/refcoco_testA_240101.json", value: 0,
      remark: "3 of 3 boxes lie outside 0 to 1 (thousandths or pixels?); --box-space thousandths"),
    Case(
      benchmark: "refcoco", answers: "rec-text/qwen25vl_lmms-lab_RefCOCO_predictions.json",
      value: 100),
    Case(
      benchmark: "refcoco", answers: "rec-nobox/dino_lmms-lab_RefCOCO_predictions.json",
      value: 100),
    Case(
      benchmark: "refcoco", answers: "refcoco-scale/bracket1000_RefCOCO.xlsx", value: 0,
      remark: "4 of 4 boxes lie outside 0 to 1 (thousandths or pixels?); --box-space thousandths"),
    Case(
      benchmark: "refcoco", answers: "refcoco-scale/pixels_RefCOCO.xlsx", value: 0,
      remark: "--box-space pixels reads them, with 4 hits"),
    Case(
      benchmark: "mmbench", answers: "llava-mmbench/mmbench.jsonl", data: samples + "/mmbench",
      value: 100),
    Case(
      benchmark: "mmbench", answers: "mmbench-llava/llava-v1.5-13b.jsonl",
      data: folder + "/mmbench-llava/data", profile: "official", value: 100,
      remark: "lack rotations"),
    Case(
      benchmark: "mmbench", answers: "mmbench-judged/m_MMBench_DEV_EN_openai_result.jsonl",
      profile: "vlmevalkit", value: 50, remark: "the verdicts that the file holds"),
    Case(
      benchmark: "mmbench", answers: "mmbench-base-rows/m_MMBench_DEV_EN_full.xlsx",
      value: 100 * 5 / 6.0),
    Case(
      benchmark: "mme", answers: "mme-llava/llava_mme_answers.jsonl",
      data: folder + "/mme-llava/Your_Results", profile: "official", value: 200),
    Case(
      benchmark: "mme", answers: "mme-llava/llava_mme_answers_rawprompt.jsonl",
      data: folder + "/mme-llava/Your_Results", profile: "official", value: 200),
    Case(
      benchmark: "mme", answers: "mme-llava/llava_mme_answers_rawprompt_reordered.jsonl",
      data: folder + "/mme-llava/Your_Results", profile: "official", value: 200),
    Case(
      benchmark: "docvqa", answers: "rrc-question-spelling/val.json",
      data: folder + "/rrc-question-spelling/data", profile: "official", value: 100),
    Case(benchmark: "chartqa", answers: "think-tags/think_ChartQA_TEST.xlsx", value: 100),
    Case(
      benchmark: "chartqa", answers: "think-tags/think_ChartQA_TEST.xlsx", profile: "lmms-eval@0.3",
      value: 0),
    Case(
      benchmark: "chartqa", answers: "vlmevalkit2024-chartqa-order/m_ChartQA_TEST.jsonl",
      profile: "vlmevalkit-2024", value: 50),
    Case(
      benchmark: "textvqa", answers: "vlmevalkit2024-textvqa-periods/m_TextVQA_VAL.jsonl",
      profile: "vlmevalkit@2025-04-30", value: 100),
    Case(
      benchmark: "ocrbench", answers: "xlsx-formula/old_OCRBench.xlsx", profile: "vlmevalkit",
      value: 0, failed: 2, remark: "row 2: the prediction is a formula cell"),
    Case(
      benchmark: "ocrbench", answers: "xlsx-formula/new_OCRBench.xlsx", profile: "vlmevalkit",
      value: 2),
    Case(
      benchmark: "mmbench", answers: "failure-text/f_MMBench_DEV_EN.xlsx", value: 0, failed: 1,
      remark: "the text reports that no answer came"),
  ])
  func `a file from the field scores what is right`(expected: Case) throws {
    let scores = try Self.scores(
      expected.benchmark, "\(Self.folder)/\(expected.answers)", data: expected.data,
      profile: expected.profile)
    let row = try #require(scores.metrics.first)
    // The first figure is a half's half in MME, which has one category here.
    let value =
      expected.benchmark == "mme"
      ? scores.metrics.first { $0.name == "code_reasoning" }?.value ?? .nan
      : row.value * row.paperFactor
    #expect(abs(value - expected.value) < 1e-9)
    #expect(scores.ledger.failed == expected.failed)
    #expect(scores.ledger.missing == expected.missing)
    let remarks = scores.remarks.joined(separator: "\n")
    #expect(expected.remark.isEmpty || remarks.contains(expected.remark), "\(remarks)")
  }

  @Test func `the halves of ChartQA keep the old order of arguments apart`() throws {
    let scores = try Self.scores(
      "chartqa", Self.folder + "/vlmevalkit2024-chartqa-order/m_ChartQA_TEST.jsonl",
      profile: "vlmevalkit-2024")
    #expect(scores.metrics.map(\.value) == [0.5, 1, 0])
  }

  @Test(arguments: [
    (
      "refcoco", "rec-nobox/molmo_lmms-lab_RefCOCO_predictions.json",
      "none of the 1 answers holds a box"
    ),
    (
      "refcoco", "rec-two-sets/llava_lmms-lab_RefCOCOplus_predictions.json",
      "2 data sets or models: lmms-lab/RefCOCO, lmms-lab/RefCOCOplus; choose one with --split"
    ),
    (
      "docvqa", "two-runs/llava-v1.5-7b",
      "two runs of docvqa_val lie here, 20260301_101010 and 20260302_101010; name one of the files"
    ),
    ("docvqa", "two-runs/disjoint/llava-v1.5-7b", "two runs of docvqa_val lie here"),
    ("mme", "mme-duplicates/rw", "is answered twice; the first answer is at line 1"),
    ("mme", "mme-duplicates/rrw", "is answered twice; the first answer is at line 1"),
  ])
  func `what cannot be scored is refused with what to do`(
    benchmark: String, path: String, message: String
  ) {
    #expect {
      try Self.scores(benchmark, "\(Self.folder)/\(path)")
    } throws: { error in
      render(error).contains(message)
    }
  }

  @Test func `a data set that a file holds beside others is chosen and named`() throws {
    let scores = try Self.scores(
      "refcoco", Self.folder + "/rec-two-sets/llava_lmms-lab_RefCOCOplus_predictions.json",
      split: "lmms-lab/RefCOCOplus")
    #expect(scores.metrics.first?.value == 1)
    let file = try AnswerFile(
      Self.folder + "/rec-two-sets/llava_lmms-lab_RefCOCOplus_predictions.json",
      benchmark: RefCOCO(), formats: BenchmarkRegistry.answerFormats, split: "lmms-lab/RefCOCOplus")
    #expect(try AnswerOrigin.checked(RefCOCO(), for: file).title == "RefCOCO+")
  }

  @Test(arguments: [
    "llava_mme_answers.jsonl", "llava_mme_answers_rawprompt_reordered.jsonl",
  ])
  func `a row number never joins what an image name contradicts`(name: String) throws {
    let path = "\(Self.folder)/mme-llava/\(name)"
    let data = try OpenedData(MME(), path: Self.folder + "/mme-llava/Your_Results")
    let joined = try JoinedAnswers(
      AnswerFile(path, benchmark: MME()), benchmark: MME(), data: data)
    for (sample, record) in zip(joined.samples, joined.records) {
      let pair = sample.metadata["pair"]?.stringValue
      #expect(record?.fields["image_path"]?.stringValue == pair)
    }
    // An image that the data does not have under this question is no answer to it.
    try TestMaterial.withTemporaryFolder { folder in
      let text = try String(contentsOfFile: path, encoding: .utf8)
      try text.replacing("a.png", with: "c.png").write(
        toFile: folder + "/answers.jsonl", atomically: true, encoding: .utf8)
      #expect(throws: (any Error).self) {
        try JoinedAnswers(
          AnswerFile(folder + "/answers.jsonl", benchmark: MME()), benchmark: MME(), data: data)
      }
    }
  }

  @Test func `tables without categories have no rows for them`() throws {
    for path in [
      "mmbench-blank-row/llava-v1.5-7b.xlsx", "mmbench-nameless/llava-v1.5-13b_MMBench.jsonl",
    ] {
      let scores = try Self.scores("mmbench", "\(Self.folder)/\(path)")
      #expect(scores.metrics.map(\.name) == ["overall"])
      #expect(scores.metrics.first?.value == 1)
    }
  }
}
