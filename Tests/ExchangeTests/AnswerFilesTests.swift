import Benchmarks
import DataFormats
import Diagnostics
import Evaluation
import Exchange
import Foundation
import Metrics
import TestSupport
import Testing

/// Every format of answers, through the benchmark that it is for.
@Suite struct AnswerFilesTests {
  static let folder = TestMaterial.fixtures + "/answers"

  static func scores(
    _ name: String, _ path: String, data: String? = nil, profile: Profile = .lmmsEval
  ) throws -> RunScores {
    let benchmark = try BenchmarkRegistry.named(name)
    let file = try AnswerFile(
      path, benchmark: benchmark, formats: BenchmarkRegistry.answerFormats)
    try AnswerOrigin.check(file, isFor: benchmark)
    let data = try data.map { try OpenedData(benchmark, path: $0) }
    return RunScores(
      try JoinedAnswers(file, benchmark: benchmark, data: data), benchmark: benchmark,
      profile: profile)
  }

  /// ANLS of the three answers: 1; "Lee Waller" against "Lee A. Waller", 1 - 3/13; "17" against
  /// "12", 1 - 1/2.
  static let expected = (1 + (1 - 3.0 / 13) + 0.5) / 3

  @Test(arguments: [
    ("lmms-eval/1/0912_1010_run_llava_model_args_abc123/docvqa_val.json", "lmms-eval", false),
    ("lmms-eval/2/samples_docvqa_val_20250101_101010.jsonl", "lmms-eval", false),
    ("lmms-eval/3/20250901_101010_samples_docvqa_val.jsonl", "lmms-eval", false),
    ("lmms-eval/4/20260301_101010_samples_docvqa_val.jsonl", "lmms-eval", false),
    ("lmms-eval/4", "lmms-eval", false),
    ("vlmevalkit/model_DocVQA_VAL.tsv", "vlmevalkit", false),
    ("vlmevalkit/model_DocVQA_VAL.json", "vlmevalkit", false),
    ("rrc/docvqa.json", "rrc", true), ("llava/docvqa.jsonl", "llava", true),
  ])
  func theSameAnswersScoreTheSameInEveryFormat(path: String, format: String, needsData: Bool) throws
  {
    let path = "\(Self.folder)/\(path)"
    #expect(try AnswerFile(path, benchmark: DocVQA()).format.name == format)
    let joined = try Self.scores("docvqa", path, data: Self.folder + "/data")
    #expect(joined.samples.map(\.scored.sample.id) == ["337", "338", "339"])
    #expect(joined.samples.map(\.answer?.text) == ["11:14 to 11:39", " Lee Waller ", "17"])
    let joinedValue = joined.metrics.first?.value ?? .nan
    #expect(abs(joinedValue - Self.expected) < 1e-12 && !joined.ledger.isPartial)
    guard !needsData else { return }
    let alone = try Self.scores("docvqa", path)
    let value = alone.metrics.first?.value ?? .nan
    #expect(abs(value - Self.expected) < 1e-12)
  }

  /// lmms-eval's own `--output_path`: a folder per model in it.
  @Test func theFolderAroundTheOnlyModelIsTakenForIt() throws {
    try TestMaterial.withTemporaryFolder { folder in
      try FileManager.default.copyItem(
        atPath: Self.folder + "/lmms-eval/4", toPath: folder + "/model")
      let scores = try Self.scores("docvqa", folder, data: Self.folder + "/data")
      #expect(scores.samples.count == 3)
      try FileManager.default.createDirectory(
        atPath: folder + "/other", withIntermediateDirectories: true)
      let error = #expect(throws: EvaluationError.self) { try Self.scores("docvqa", folder) }
      #expect(error?.code == .unknownFormat)
    }
  }

  @Test func workbooksAreScoredByTheirStrings() throws {
    let scores = try Self.scores(
      "chartqa", Self.folder + "/vlmevalkit/model_ChartQA_TEST.xlsx", profile: .vlmEvalKit)
    #expect(
      scores.metrics.map(\.value) == [0.25, 0.5, 0] && scores.metrics.map(\.count) == [4, 2, 2])
    #expect(
      scores.samples.map(\.scored.sample.references) == [["007"], ["0.57"], ["True"], ["x"]]
        && scores.ledger.empty == 1)
  }

  @Test func chartHalvesAreToldByTheMetricsOfTheSample() throws {
    let scores = try Self.scores("chartqa", Self.folder + "/lmms-eval/4")
    #expect(scores.metrics.map(\.value) == [0.5, 1, 0])
  }

  @Test func mmeResultsAndBoxesNeedNoData() throws {
    let mme = try Self.scores("mme", Self.folder + "/mme", profile: .official)
    #expect(mme.metrics.prefix(2).map(\.value) == [50, 50])
    let boxes = try Self.scores("refcoco", Self.folder + "/rec/boxes.json")
    #expect(boxes.metrics.map(\.value) == [0.5])
  }

  @Test(arguments: [
    (
      "docvqa", "lmms-eval/4/20260301_101010_samples_chartqa.jsonl",
      "these are answers to ChartQA, as the name \"chartqa\" shows, and not to DocVQA"
    ),
    ("docvqa", "vlmevalkit/model_ChartQA_TEST.xlsx", "these are answers to ChartQA"),
    ("textvqa", "mme", "these are answers to MME"),
    ("docvqa", "rec/boxes.json", "these are answers to RefCOCO"),
    ("infovqa", "lmms-eval/4", "none of the samples files here is one of InfoVQA"),
  ])
  func answersToAnotherBenchmarkAreRefused(
    benchmark: String, path: String, mentioned: String
  ) throws {
    let error = #expect(throws: (any Error).self) {
      try Self.scores(benchmark, "\(Self.folder)/\(path)")
    }
    let sentence = error.map { render($0) } ?? ""
    #expect(sentence.contains(mentioned) && !sentence.contains("\n"), "\(sentence)")
  }

  @Test func theEmptyTemplateOfMMEIsRefused() throws {
    try TestMaterial.withTemporaryFolder { folder in
      try writeFile(Array("1.jpg\tIs it?\tYes\n".utf8), folder + "/count.txt")
      let error = #expect(throws: (any Error).self) { try Self.scores("mme", folder) }
      #expect(
        error.map { render($0) }
          == "\(folder)/count.txt: line 1: the line has no answer after its ground truth; this is the empty template"
      )
    }
  }
}
