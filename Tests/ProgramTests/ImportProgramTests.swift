import DataFormats
import Foundation
import TestSupport
import Testing

@Suite struct ImportProgramTests {
  static let answers = TestMaterial.project + "/Tests/Fixtures/answers"

  @Test func `imported answers score as they do where they lie, and stand beside others`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let own = folder + "/runs/deep/down/ocr"
      let run = try Program.run([
        "run", "docvqa", "--model", "tesseract", "--data", Program.samples, "--output", own,
      ])
      #expect(run.status == 0, "\(run.errors)")
      let imported = try Program.run([
        "import", "docvqa", "--answers", own + "/docvqa", "--output", folder + "/runs/other",
        "--name", "other-model",
      ])
      #expect(imported.status == 0, "\(imported.errors)")
      let json = try Program.run(["report", folder + "/runs", "--json"])
      let scores = try JSONValue.parse(json.output, file: "report").arrayValue ?? []
      #expect(scores.count == 2)
      // The errors may differ: answers alone do not say which questions are about one image.
      let values = scores.map { $0["metrics"]?.arrayValue?.compactMap { $0["value"]?.doubleValue } }
      #expect(values[0] == values[1] && values[0]?.count == 1)
      let report = try Program.run(["report", folder + "/runs", "--layout", "paper"])
      #expect(report.output.contains("other-model"), "\(report.output)")
      // Again: the same command is no error; other answers in the same place are.
      let again = try Program.run([
        "import", "docvqa", "--answers", own + "/docvqa", "--output", folder + "/runs/other",
        "--name", "other-model",
      ])
      #expect(again.status == 0, "\(again.errors)")
      let other = try Program.run([
        "import", "docvqa", "--answers", own + "/docvqa", "--output", folder + "/runs/other",
        "--name", "third",
      ])
      expectOneSentence(other, status: 1, mentions: ["name", "another --output"])
      let occupied = try Program.run([
        "import", "docvqa", "--answers", own + "/docvqa", "--output", folder + "/runs",
      ])
      expectOneSentence(occupied, status: 1, mentions: ["something else than a run"])
    }
  }

  /// A file or folder of answers, below the fixtures, with the data that it needs.
  struct Kind: Sendable, CustomTestStringConvertible {
    var benchmark: String
    var answers: String
    var data: String?
    var testDescription: String { answers }

    init(_ benchmark: String, _ answers: String, data: String? = nil) {
      self.benchmark = benchmark
      self.answers = answers
      self.data = data
    }
  }

  static let kinds = [
    Kind(
      "docvqa", "answers/lmms-eval/4/20260301_101010_samples_docvqa_val.jsonl",
      data: "answers/data"),
    Kind("docvqa", "answers/lmms-eval/3"),
    Kind("docvqa", "answers/lmms-eval/1/0912_1010_run_llava_model_args_abc123/docvqa_val.json"),
    Kind("chartqa", "answers/vlmevalkit/model_ChartQA_TEST.xlsx"),
    Kind("docvqa", "answers/vlmevalkit/model_DocVQA_VAL.tsv"),
    Kind("docvqa", "answers/vlmevalkit/model_DocVQA_VAL.json"),
    Kind("mme", "answers/mme"),
    Kind("docvqa", "answers/rrc/docvqa.json", data: "answers/data"),
    Kind("docvqa", "answers/llava/docvqa.jsonl", data: "answers/data"),
    Kind("refcoco", "answers/rec/boxes.json"),
    Kind(
      "textvqa", "field/evalai-reference-taken/results.json",
      data: "field/evalai-reference-taken/data"),
    Kind("chartqa", "field/chartqa-annotation/chartqa_test_human_240101.json"),
    Kind("docvqa", "field/docowl-results/DocVQA_test_pred.jsonl"),
    Kind("refcoco", "field/grounding-results/refcoco_testA.json"),
    Kind("refcoco", "field/rec-text/qwen25vl_lmms-lab_RefCOCO_predictions.json"),
    Kind("ocrbench", "field/ocrbench-official-results/mymodel.json"),
    Kind("mmbench", "field/mmbench-judged/m_MMBench_DEV_EN_openai_result.jsonl"),
    Kind("mmbench", "field/mmbench-llava/llava-v1.5-13b.jsonl", data: "field/mmbench-llava/data"),
    Kind("docvqa", "field/internvl-suffix/docvqa_val_240101.json"),
    Kind("textvqa", "field/vlmevalkit2024-textvqa-periods/m_TextVQA_VAL.jsonl"),
  ]

  @Test(arguments: kinds)
  func `answers of every kind become a run that stands in report, compare and view`(
    kind: Kind
  ) throws {
    let folder = try TemporaryFolder()
    let fixtures = TestMaterial.fixtures + "/"
    let source =
      ["--answers", fixtures + kind.answers] + (kind.data.map { ["--data", fixtures + $0] } ?? [])
    let run = folder.path + "/runs/theirs"
    let imported = try Program.run(
      ["import", kind.benchmark] + source + ["--output", run, "--name", "theirs"])
    try #require(imported.status == 0, "\(imported.errors)")
    func values(_ outcome: Program.Outcome) throws -> [JSONValue?] {
      let scores = try JSONValue.parse(outcome.output, file: "scores").arrayValue?.first
      return scores?["metrics"]?.arrayValue?.map { $0["value"] } ?? []
    }
    let direct = try Program.run(["score", kind.benchmark] + source + ["--json"])
    let report = try Program.run(["report", folder.path + "/runs", "--json"])
    let (expected, own) = (try values(direct), try values(report))
    #expect(expected == own && !own.isEmpty, "\(direct.errors)\(report.errors)")
    let table = try Program.run(["report", run, "--layout", "paper"])
    #expect(table.status == 0 && table.output.contains("theirs (imported)"), "\(table.output)")
    let compared = try Program.run(["compare", run, run, "--expect", "identical"])
    #expect(compared.status == 0, "\(compared.output)\(compared.errors)")
    let page = try Program.run([
      "view", run, "--output", folder.path + "/page", "--images", "none",
    ])
    #expect(page.status == 0, "\(page.errors)")
  }
}
