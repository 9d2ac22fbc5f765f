import DataFormats
import Foundation
import TestSupport
import Testing

/// `study masking` on the tiny checkpoint: random weights have no curve worth showing, but the
/// series must be sound.
@Suite struct StudyMaskingTests {
  private func study(
    _ output: String, _ more: [String] = [], killAfter: Double? = nil
  ) throws -> Program.Outcome {
    try Program.run(
      [
        "study", "masking", "docvqa", "chartqa", "--model", try Program.tinyModel.get(), "--data",
        Program.samples, "--output", output,
        "--aspect", "pad", "--limit", "4",
      ] + more, killAfter: killAfter)
  }

  /// Token ids by sample.
  private func answers(_ run: String) throws -> [String: JSONValue] {
    try JSONLines.read(run + "/answers/answers.0-of-1.jsonl").reduce(into: [:]) { answers, line in
      answers[try line["id"].string()] = try line["token_ids"].value
    }
  }

  @Test func maskingNothingIsTheBaselineAndTheLastLayerChangesNothing() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let outcome = try study(folder + "/study")
      #expect(outcome.status == 0, "\(outcome.errors)")
      let baseline = try Program.run(
        Program.runArguments(["docvqa"], output: folder + "/run") + [
          "--limit", "4", "--method", "baseline",
        ])
      #expect(baseline.status == 0, "\(baseline.errors)")
      let plain = try answers(folder + "/run/docvqa")
      #expect(plain.count == 4)
      // The checkpoint has four layers.
      #expect(try answers(folder + "/study/from-4/docvqa") == plain)
      #expect(try answers(folder + "/study/from-3/docvqa") == plain)
      #expect(try answers(folder + "/study/from-0/docvqa") != plain)
      let method = try JSONNode(contentsOf: folder + "/study/from-2/docvqa/run.json")["model"][
        "method"
      ].string()
      #expect(method == "mask-attention:from=2,variant=self-only")
      // Every benchmark, from no layer to all of them.
      let table = try readText(folder + "/study/masking.csv").split(whereSeparator: \.isNewline)
      #expect(table.count == 1 + 2 * 5 && outcome.output.split(separator: "\n").count == 2 + 2 * 5)
      let shares = table.dropFirst().map {
        Double($0.split(separator: ",", omittingEmptySubsequences: false)[3])
      }
      #expect(shares == [0, 25, 50, 75, 100, 0, 25, 50, 75, 100])
    }
  }

  @Test func aKilledStudyIsContinuedByTheSameCommand() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let whole = try study(folder + "/whole", ["--variant", "except-self"])
      try #require(whole.status == 0, "\(whole.errors)")
      for moment in [0.3, 0.8] {
        _ = try study(folder + "/killed", ["--variant", "except-self"], killAfter: moment)
      }
      let last = try study(folder + "/killed", ["--variant", "except-self"])
      #expect(last.status == 0 && last.output == whole.output, "\(last.errors)")
      let again = try study(folder + "/killed", ["--variant", "except-self"])
      #expect(
        again.output == whole.output && again.errors.contains("4 answered before"),
        "\(again.errors)")
      #expect(
        try readText(folder + "/killed/masking.svg") == readText(folder + "/whole/masking.svg"))
      let other = try study(folder + "/killed", [])
      expectOneSentence(other, status: 1, mentions: ["variant=self-only", "--fresh"])
      #expect(try study(folder + "/killed", ["--fresh"]).status == 0)
    }
  }

  /// An edit distance rises where the answers get worse.
  @Test func aCurveIsDrawnOfAFigureThatFallsWithTheQuality() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let outcome = try Program.run([
        "study", "masking", "ccpdf", "--model", Program.tinyModel.get(), "--data", Program.samples,
        "--output", folder, "--aspect", "pad",
        "--limit", "1", "--from", "2",
      ])
      #expect(
        outcome.status == 0 && outcome.output.contains("bleu")
          && !outcome.output.contains("edit_distance"), "\(outcome.errors)")
    }
  }

  @Test func theMethodIsNotTheUsersToChoose() throws {
    try TestMaterial.withTemporaryFolder { folder in
      expectOneSentence(
        try study(folder, ["--method", "proxyv"]), status: 2,
        mentions: ["--method has no place here"])
      for wrong in ["9", "-1"] {
        expectOneSentence(
          try study(folder, ["--from", wrong]), status: 1, mentions: ["from 0 to 4"])
      }
      for wrong in ["", ",", "1,,2", "1.5"] {
        expectOneSentence(
          try study(folder, ["--from", wrong]), status: 2, mentions: ["layer numbers"])
      }
      expectOneSentence(
        try study(folder, ["docvqa"]), status: 2, mentions: ["docvqa is named twice"])
      expectOneSentence(
        try study(folder, ["--variant", "sef-only"]), status: 1,
        mentions: ["did you mean \"self-only\"?"])
    }
  }

  private func readText(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
  }
}
