import DataFormats
import Evaluation
import EvaluationTestSupport
import Foundation
import Metrics
import TestSupport
import Testing

@Suite struct ScoredRunTests {
  /// VLMEvalKit's rule gives half a point for "answer 1", and the official one is not there.
  private struct Disputed: Benchmark {
    let name = "disputed"
    let title = "Disputed"
    let split = "test"
    let version = 1
    let publishedCount: Int? = nil
    let formats: [DataLayout] = []
    let profiles: [Profile] = [.lmmsEval, .vlmEvalKit]

    func prompt(for sample: Sample) -> Prompt {
      Prompt(text: "question \(sample.question)", maximumNewTokens: 4)
    }
    func score(_ prediction: String, for sample: Sample, profile: Profile) -> MetricScore {
      if profile == .vlmEvalKit && sample.question == "1" {
        return MetricScore(value: 0.5, rule: "half", extracted: "1|2")
      }
      return MetricScore(value: 1, rule: "equal", extracted: "all")
    }
    func aggregate(_ scored: [ScoredSample], profile: Profile) -> [MetricRow] {
      [.mean("share", of: scored, paperFactor: 100), .mean("none", of: [], paperFactor: 100)]
        + (profile == .lmmsEval ? [.mean("own", of: scored, paperFactor: 1)] : [])
    }
    func remarks(_ scored: [ScoredSample], profile: Profile) -> [String] {
      ["\(scored.count) under \(profile.rawValue)"]
    }
  }

  private func run(in folder: String) throws -> RunDirectory {
    let model = EchoModel()
    model.failing = ["3"]
    return try Runner(
      benchmark: Disputed(), data: EchoBenchmark.data(count: 4), outputFolder: folder + "/run"
    )
    .run(model, progress: SilentProgress()).directory
  }

  @Test func allMeansTheProfilesThatTheBenchmarkHas() throws {
    #expect(
      try ProfileSelection.named("ALL").profiles(for: Disputed()) == [.lmmsEval, .vlmEvalKit])
    // A single profile is taken at its word.
    #expect(try ProfileSelection.named("official").profiles(for: Disputed()) == [.official])
    #expect(
      try ProfileSelection.named("all").profiles(for: EchoBenchmark()) == EchoBenchmark().profiles)
  }

  @Test(arguments: [("al", "\"all\""), ("oficial", "\"official\""), ("lmms_eval", "\"lmms-eval\"")])
  func misspeltNamesGetTheNearest(name: String, nearest: String) {
    let error = #expect(throws: MetricError.self) { try ProfileSelection.named(name) }
    #expect(error?.message.contains("did you mean \(nearest)?") == true)
  }

  @Test func theSpreadIsTheLargestMinusTheSmallest() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let scored = try ScoredRun(run(in: folder), benchmark: Disputed(), profiles: .all)
      #expect(scored.scores.map(\.profile) == [.lmmsEval, .vlmEvalKit])
      #expect(scored.scores.map { $0.metrics[0].value } == [0.75, 0.625])
      let spread = scored.spread
      #expect(
        spread.map(\.name) == ["share", "none", "own"] && spread[0].value == 0.125
          && spread[0].paperFactor == 100)
      // No number anywhere, and a figure that one profile has alone.
      #expect(spread[1].value.isNaN && spread[2].value == 0)
      #expect(scored.scores.map(\.remarks) == [["3 under lmms-eval"], ["3 under vlmevalkit"]])
    }
  }

  @Test func allProfilesAreWrittenBesideTheDefault() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let directory = try run(in: folder)
      try ScoredRun(directory, benchmark: Disputed(), profiles: .all).write()
      #expect(
        try JSONNode(contentsOf: directory.path + "/scores.json")["profile"].string() == "lmms-eval"
      )
      let all = try JSONNode(contentsOf: directory.path + "/profiles.json")
      #expect(
        try all["profiles"].list().map { try $0["profile"].string() } == [
          "lmms-eval", "vlmevalkit",
        ])
      #expect(try all["spread"].list()[0]["paper_value"].double() == 12.5)
    }
  }

  @Test func differencesNameTheRuleOfEachProfile() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let found = try ProfileDifferences(RunAnswers(run(in: folder)), benchmark: Disputed())
      #expect(found.compared == 3 && found.differences.map(\.sample.id) == ["s1"])
      let verdicts = try #require(found.differences.first?.verdicts)
      #expect(
        verdicts.map(\.profiles) == [[.lmmsEval], [.vlmEvalKit]]
          && verdicts.map(\.score.rule) == ["equal", "half"])
      let json = JSONNode(found.json(limit: 0), file: "j", path: "j")
      #expect(try json["differing"].int() == 1 && json["samples"].list().isEmpty)
      let listed = try JSONNode(found.json(limit: 5), file: "j", path: "j")["samples"].list()[0]
      #expect(
        try listed["answer"].string() == "answer 1"
          && listed["verdicts"].list()[1]["extracted"].string() == "1|2")
    }
  }
}
