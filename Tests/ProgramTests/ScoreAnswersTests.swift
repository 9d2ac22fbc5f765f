import DataFormats
import Foundation
import TestSupport
import Testing

/// `score BENCHMARK --answers FILE` and `export`, as users type them.
@Suite struct ScoreAnswersTests {
  static let answers = TestMaterial.fixtures + "/answers"

  @Test func theFormatIsSaidAndTheTablePrinted() throws {
    let outcome = try Program.run([
      "score", "docvqa", "--answers", Self.answers + "/rrc/docvqa.json", "--data",
      Self.answers + "/data",
    ])
    #expect(
      outcome.status == 0 && outcome.errors.contains("3 answers")
        && outcome.errors.contains("Robust Reading Competition"), "\(outcome.errors)")
    #expect(
      outcome.output.contains("| anls") && outcome.output.contains("75.64")
        && outcome.output.contains("3 / 3"), "\(outcome.output)")
  }

  @Test func whereProfilesDifferIsExplainedForAnswersToo() throws {
    try TestMaterial.withTemporaryFolder { folder in
      // The competition's script does not strip: the spaces count.
      let submission = try String(
        contentsOfFile: Self.answers + "/rrc/docvqa.json", encoding: .utf8
      )
      .replacingOccurrences(of: "\"answer\": \"", with: "\"answer\": \"  ")
      try submission.write(toFile: folder + "/docvqa.json", atomically: true, encoding: .utf8)
      let outcome = try Program.run([
        "score", "docvqa", "--answers", folder + "/docvqa.json", "--data", Self.answers + "/data",
        "--profile", "all", "--explain",
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(
        outcome.output.contains("profiles differ on 2 of 3 answers")
          && outcome.output.contains("distance 3 of 14"), "\(outcome.output)")
    }
  }

  @Test func runsAreStillScoredAndCanBeExported() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let ran = try Program.run(
        Program.runArguments(["docvqa"], output: folder, data: Program.samples) + ["--limit", "3"])
      #expect(ran.status == 0, "\(ran.errors)")
      let direct = try Program.run(["score", folder + "/docvqa", "--json"])
      let exported = try Program.run([
        "export", folder + "/docvqa", "--format", "lmms-eval", "--output", folder + "/out",
      ])
      #expect(exported.status == 0, "\(exported.errors)")
      let file = try #require(
        exported.output.split(separator: "\n").first { $0.hasSuffix("_samples_docvqa_val.jsonl") })
      let again = try Program.run(["score", "docvqa", "--answers", String(file), "--json"])
      let own = try Program.run(["score", "docvqa", "--answers", folder + "/docvqa", "--json"])
      func value(_ outcome: Program.Outcome) throws -> Double {
        try JSONNode(try JSONValue.parse(Array(outcome.output.utf8))).list()[0]["metrics"].list()[
          0]["value"].double()
      }
      let expected = try value(direct)
      let values = try [value(again), value(own)]
      #expect(values == [expected, expected])
    }
  }

  @Test(
    arguments: [
      (["score", "docvqa", "--answers", "/no/file.json"], 1, ["/no/file.json", "no such file"]),
      (["score", "docvqa", "--answers", answers + "/xlsx/not-a-zip.xlsx"], 1, ["no xlsx file"]),
      (["score", "docvqa", "--answers", answers + "/xlsx/bomb-actual.xlsx"], 1, ["zip bomb"]),
      (
        ["score", "docvqa", "--answers", answers + "/vlmevalkit/model_ChartQA_TEST.xlsx"], 1,
        ["answers to ChartQA"]
      ),
      (
        ["score", "dcvqa", "--answers", answers + "/rrc/docvqa.json"], 2,
        ["did you mean \"docvqa\"?"]
      ),
      (["score", "a", "b", "--answers", "x"], 2, ["one benchmark"]),
      (["score", "run", "--data", "x"], 2, ["go with --answers"]),
      (["score", "docvqa", "--answers", answers + "/README.md"], 1, ["must end in .xlsx"]),
      (["export", "/no/run", "--format", "rcc", "--output", "x"], 2, ["did you mean \"rrc\"?"]),
      (["export", "/no/run", "--format", "rrc", "--output", "x"], 1, ["/no/run", "no such run"]),
    ] as [([String], Int32, [String])])
  func whatIsWrongGetsOneSentence(arguments: [String], status: Int32, mentions: [String]) throws {
    let outcome = try Program.run(arguments)
    #expect(outcome.status == status, "\(outcome.errors)")
    let line =
      outcome.errors.split(separator: "\n").first {
        $0.hasPrefix("proxyv-eval:") || $0.hasPrefix("Error:")
      } ?? ""
    for mention in mentions { #expect(line.contains(mention), "\(outcome.errors)") }
  }
}
