import Benchmarks
import Diagnostics
import Evaluation
import Exchange
import Foundation
import TestSupport
import Testing

/// Every format of answers, as it arrives from Windows, from editors and from half-fetched
/// repositories.
@Suite struct AnswerReaderMatrixTests {
  enum Arrival: String, CaseIterable, Sendable {
    case crlf, mark, markAndCRLF, gzip, lfsPointer, nul, empty, appleDouble

    func bytes(_ content: [UInt8]) -> [UInt8] {
      switch self {
      case .crlf: return content.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
      case .mark: return [0xEF, 0xBB, 0xBF] + content
      case .markAndCRLF: return Arrival.mark.bytes(Arrival.crlf.bytes(content))
      case .gzip: return StoredGzip.bytes(content)
      case .lfsPointer:
        return Array("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n".utf8)
      case .nul: return content + [0]
      case .empty: return []
      case .appleDouble: return [0, 5, 0x16, 7] + content
      }
    }

    /// A part of the refusal; nil where the file reads as it does otherwise.
    var refusal: String? {
      switch self {
      case .crlf, .mark, .markAndCRLF, .gzip: nil
      case .lfsPointer: "Git LFS pointer"
      case .nul: "a NUL byte"
      case .empty: "empty"
      case .appleDouble: "AppleDouble"
      }
    }
  }

  private static let fixtures = TestMaterial.fixtures

  private static func read(_ path: String, _ benchmark: any Benchmark) throws -> AnswerFile {
    try AnswerFile(path, benchmark: benchmark, formats: BenchmarkRegistry.answerFormats)
  }

  @Test(
    arguments: [
      ("docvqa", "answers/lmms-eval/4/20260301_101010_samples_docvqa_val.jsonl"),
      ("docvqa", "answers/lmms-eval/1/0912_1010_run_llava_model_args_abc123/docvqa_val.json"),
      ("docvqa", "answers/vlmevalkit/model_DocVQA_VAL.tsv"),
      ("docvqa", "answers/vlmevalkit/model_DocVQA_VAL.json"), ("docvqa", "answers/rrc/docvqa.json"),
      ("docvqa", "answers/llava/docvqa.jsonl"),
      ("ocrbench", "field/ocrbench-official-results/mymodel.json"),
      ("chartqa", "field/chartqa-annotation/chartqa_test_human_240101.json"),
      ("docvqa", "field/docowl-results/DocVQA_test_pred.jsonl"),
      ("refcoco", "field/grounding-results/refcoco_testA.json"),
      ("refcoco", "field/rec-text/qwen25vl_lmms-lab_RefCOCO_predictions.json"),
      ("textvqa", "field/evalai-reference-taken/results.json"),
      ("mmmu", "answers/general/total_val_output.json"),
      ("mmmu", "answers/general/validation_answers.json"),
      ("pope", "answers/general/pope_random.jsonl"),
      ("scienceqa", "answers/general/sqa_results.json"),
      ("scienceqa", "answers/general/sqa_lists.json"),
      ("seedbench", "answers/general/seed_answers.jsonl"),
      ("mmstar", "answers/general/20260301_101010_samples_mmstar.jsonl"),
      ("ai2d", "answers/general/model_AI2D_TEST.tsv"),
    ], Arrival.allCases)
  func `a file of answers reads alike, or says what it is`(
    file: (benchmark: String, path: String), arrival: Arrival
  ) throws {
    let benchmark = try BenchmarkRegistry.named(file.benchmark)
    let source = "\(Self.fixtures)/\(file.path)"
    let folder = try TemporaryFolder()
    let name = URL(fileURLWithPath: source).lastPathComponent
    let content = [UInt8](try Data(contentsOf: URL(fileURLWithPath: source)))
    let path = try folder.write(
      arrival.bytes(content), to: name + (arrival == .gzip ? ".gz" : ""))
    guard let refusal = arrival.refusal else {
      let (plain, other) = try (
        Self.read(source, benchmark), Self.read(path, benchmark)
      )
      #expect(other.format.name == plain.format.name)
      #expect(other.records.map(\.prediction) == plain.records.map(\.prediction))
      #expect(other.records.map(\.id) == plain.records.map(\.id))
      // A line end inside a quoted cell is part of the text, and stays as it was written.
      let questions = other.records.map { $0.question?.replacing("\r\n", with: "\n") }
      #expect(questions == plain.records.map(\.question))
      return
    }
    #expect {
      try Self.read(path, benchmark)
    } throws: { error in
      render(error).contains(refusal) && render(error).contains(path)
    }
  }

  @Test(arguments: Arrival.allCases)
  func `so does MME's folder of texts`(arrival: Arrival) throws {
    let folder = try TemporaryFolder()
    let line = "a.png\tIs it? Please answer yes or no.\tYes\tYes\n"
    let path = try folder.write(
      arrival.bytes(Array((line + line).utf8)),
      to: "existence.txt" + (arrival == .gzip ? ".gz" : ""))
    try folder.write("\0", to: "._existence.txt")
    guard let refusal = arrival.refusal else {
      let file = try Self.read(folder.path, MME())
      #expect(file.records.map(\.prediction) == ["Yes", "Yes"])
      return
    }
    #expect {
      try Self.read(folder.path, MME())
    } throws: { error in
      render(error).contains(refusal) && render(error).contains(path)
    }
  }
}
