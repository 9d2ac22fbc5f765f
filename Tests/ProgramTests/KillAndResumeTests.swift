import DataFormats
import Foundation
import TestSupport
import Testing

/// Durability by killing: a run that died at any moment is continued by the same command, with
/// nothing lost or doubled.
@Suite(.serialized) struct KillAndResumeTests {
  /// Answers by id, without the seconds that no two runs share.
  private func answers(_ run: String) throws -> [String: JSONValue] {
    var answers: [String: JSONValue] = [:]
    for line in try JSONLines.read(run + "/answers/answers.0-of-1.jsonl") {
      let id = try line["id"].string()
      #expect(answers[id] == nil, "\(id) is there twice")
      answers[id] = [
        "text": try line["text"].value, "token_ids": try line["token_ids"].value,
        "stop_reason": try line["stop_reason"].value,
      ]
    }
    return answers
  }

  @Test func twentyKillsChangeNothing() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let undisturbed = try Program.run(
        Program.runArguments(["docvqa", "chartqa"], output: folder + "/whole"))
      try #require(undisturbed.status == 0, "\(undisturbed.errors)")
      // Seeded: a failure can be repeated. 20 to 600 ms, a multiplicative generator of 31 bits.
      var state = 20_260_301
      func delay() -> Double {
        state = state * 48_271 % 2_147_483_647
        return 0.02 + 0.58 * Double(state) / 2_147_483_647
      }
      var kills = 0
      // A run may end before its kill; the next one then starts over in another folder.
      var round = 0
      while kills < 20, round < 40 {
        round += 1
        let output = folder + "/killed-\(round)"
        while kills < 20 {
          let outcome = try Program.run(
            Program.runArguments(["docvqa", "chartqa"], output: output),
            killAfter: delay())
          if !outcome.wasSignalled { break }
          kills += 1
        }
        let last = try Program.run(Program.runArguments(["docvqa", "chartqa"], output: output))
        #expect(last.status == 0, "\(last.errors)")
        #expect(last.output == undisturbed.output)
        for benchmark in ["docvqa", "chartqa"] {
          #expect(try answers("\(output)/\(benchmark)") == answers("\(folder)/whole/\(benchmark)"))
          let scores = try ["\(output)/\(benchmark)", "\(folder)/whole/\(benchmark)"].map {
            try readFile($0 + "/scores.json")
          }
          #expect(scores[0] == scores[1])
        }
      }
      #expect(kills == 20)
    }
  }
}
