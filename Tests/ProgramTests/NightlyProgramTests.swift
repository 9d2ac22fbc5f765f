import DataFormats
import Foundation
import Statistics
import TestSupport
import Testing

/// Nights by the built program: verdicts, exit codes, and what survives.
@Suite(.serialized) struct NightlyProgramTests {
  /// Writes a plan of tiny parts, and returns its file and its root.
  private func plan(
    in folder: String, models: String = "  - {name: tiny, model: MODEL, aspect: pad}",
    benchmarks: String = "  - {name: docvqa, limit: 3}\n  - {name: chartqa, limit: 3}",
    more: String = ""
  ) throws -> (file: String, root: String) {
    let plan = try NightPlan(in: folder, models: models, benchmarks: benchmarks, more: more)
    return (plan.file, plan.root)
  }

  private func nights(_ root: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root + "/nights").sorted()
  }

  private func verdict(_ root: String, _ night: String) throws -> String {
    try JSONNode(contentsOf: "\(root)/nights/\(night)/night.json")["verdict"].string()
  }

  /// Rewrites the texts of a run's answers.
  private func edit(_ run: String, _ change: (Int, String) -> String) throws {
    let log = run + "/answers/answers.0-of-1.jsonl"
    let lines = try JSONLines.read(log).enumerated().map { place, line -> String in
      var members = try #require(line.value.objectValue)
      members["text"] = .string(change(place, try line["text"].string()))
      return JSONValue.object(members).text() + "\n"
    }
    try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: log))
  }

  /// Answers that are right, or wrong, by the run's own references.
  private func answer(_ run: String, right: (Int) -> Bool) throws {
    var references: [String: String] = [:]
    for question in try JSONLines.read(run + "/questions.jsonl") {
      references[try question["id"].string()] = try question["references"].strings().first
    }
    let ids = try JSONLines.read(run + "/answers/answers.0-of-1.jsonl").map {
      try $0["id"].string()
    }
    try edit(run) { place, _ in right(place) ? references[ids[place]] ?? "" : "zzzz" }
  }

  @Test func `an undisturbed second night is identical to the pinned first`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let (file, root) = try plan(in: folder)
      let first = try Program.run(["nightly", "run", file])
      #expect(first.status == 0, "\(first.errors)")
      #expect(first.output.hasPrefix("NO BASELINE "))
      let night = try #require(try nights(root).first)
      let pinned = try Program.run([
        "nightly", "baseline", "set", night, "--because", "first", "--file", file,
      ])
      #expect(pinned.status == 0, "\(pinned.errors)")
      let second = try Program.run(["nightly", "run", file])
      #expect(second.status == 0, "\(second.errors)")
      #expect(second.output.hasPrefix("IDENTICAL "), "\(second.output)")
      #expect(second.output.contains("6 answers identical"))
      #expect(second.output.split(separator: "\n").count <= 10)
      for name in ["night.json", "night.md", "night.xml", "night.html"] {
        #expect(FileManager.default.fileExists(atPath: "\(root)/nights/\(night)/\(name)"))
      }
      let list = try Program.run(["history", "list", file]).output
      #expect(list.split(separator: "\n").count == 4, "\(list)")
      #expect(try Program.run(["nightly", "status", file]).output.contains("because first"))
      #expect(try Program.run(["nightly", "show", file]).output.contains("identical"))
    }
  }

  @Test func `a changed answer of an unchanged model is named, with exit code 100`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let (file, root) = try plan(in: folder)
      try Program.run(["nightly", "run", file])
      let night = try #require(try nights(root).first)
      let pin = ["nightly", "baseline", "set", "\(root)/nights/\(night)", "--because", "x"]
      #expect(try Program.run(pin).status == 0)
      try edit("\(root)/nights/\(night)/tiny/chartqa") { $0 == 1 ? $1 + " other" : $1 }
      let second = try Program.run(["nightly", "run", file])
      #expect(second.status == 100, "\(second.output)")
      #expect(second.output.hasPrefix("CHANGED ANSWERS "))
      #expect(second.output.contains("1 of 6 answers changed"), "\(second.output)")
    }
  }

  @Test(arguments: [
    // Of 20 questions: right in the baseline, right tonight.
    (20, 0, "margin: 2", "regression", Int32(100)), (10, 9, "margin: 30", "no_regression", 0),
    (10, 9, "margin: 2", "cannot_tell", 0),
    (10, 9, "margin: 2, strict: true", "cannot_tell", 102),
  ])
  func `scores decide where the models differ`(
    baseline: Int, tonight: Int, gate: String, expected: String, status: Int32
  ) throws {
    try TestMaterial.withTemporaryFolder { folder in
      let (file, root) = try plan(
        in: folder, benchmarks: "  - chartqa",
        more: "gate: {expect: scores, \(gate)}")
      try Program.run(["nightly", "run", file])
      try Program.run(["nightly", "run", file])
      let both = try nights(root)
      let pin = ["nightly", "baseline", "set", both[0], "--because", "x", "--output", root]
      #expect(try Program.run(pin).status == 0)
      try answer("\(root)/nights/\(both[0])/tiny/chartqa") { $0 < baseline }
      try answer("\(root)/nights/\(both[1])/tiny/chartqa") { $0 < tonight }
      let again = try Program.run(["nightly", "run", file, "--night", both[1]])
      let found = try verdict(root, both[1])
      #expect(found == expected, "\(again.output)")
      #expect(again.status == status, "\(again.output)")
    }
  }

  @Test func `what fails leaves the other parts alone and makes the night incomplete`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let (file, root) = try plan(
        in: folder,
        models: "  - {name: tiny, model: MODEL, aspect: pad}\n  - {name: gone, model: /no/model}",
        benchmarks: "  - {name: docvqa, limit: 2}\n  - {name: mme, data: /no/data}")
      #expect(try Program.run(["nightly", "check", file]).status == 1)
      let outcome = try Program.run(["nightly", "run", file])
      #expect(outcome.status == 101, "\(outcome.errors)")
      #expect(outcome.output.hasPrefix("INCOMPLETE "))
      #expect(outcome.output.contains("/no/data") && outcome.output.contains("parts: 1 of 4"))
      let night = try #require(try nights(root).first)
      let pin = ["nightly", "baseline", "set", night, "--because", "x", "--output", root]
      expectOneSentence(try Program.run(pin), status: 2, mentions: ["is not complete"])
    }
  }

  @Test func `killed at any moment, the night that is finished equals an undisturbed one`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let models =
        "  - {name: tiny, model: MODEL, aspect: pad}\n  - {name: reader, model: tesseract}"
      let benchmarks = ["docvqa", "chartqa", "mme"].map { "  - {name: \($0), limit: 4}" }
      let (file, root) = try plan(
        in: folder, models: models, benchmarks: benchmarks.joined(separator: "\n"))
      let undisturbed = try Program.run(["nightly", "run", file, "--output", folder + "/calm"])
      #expect(undisturbed.status == 0, "\(undisturbed.errors)")
      // Seeded: a failure can be repeated. A night that ends before its kill is a whole one, and
      // the next one is killed in its place.
      var random = Xoshiro256(seed: 16, label: "kills")
      var (kills, rounds) = (0, 0)
      while kills < 20, rounds < 200 {
        rounds += 1
        let delay = 0.02 + Double(random.below(1_000)) / 1_000
        let outcome = try Program.run(["nightly", "run", file], killAfter: delay)
        if outcome.wasSignalled { kills += 1 }
      }
      #expect(kills == 20, "\(rounds) rounds")
      let last = try Program.run(["nightly", "run", file])
      #expect(last.status == 0, "\(last.errors)")
      let calm = try #require(try nights(folder + "/calm").first)
      for night in try nights(root) {
        for part in ["tiny", "reader"].flatMap({ model in
          ["docvqa", "chartqa", "mme"].map { model + "/" + $0 }
        }) {
          let runs = ["\(root)/nights/\(night)/\(part)", "\(folder)/calm/nights/\(calm)/\(part)"]
          let scores = try runs.map { try readFile($0 + "/scores.json") }
          #expect(scores[0] == scores[1], "\(night) \(part)")
        }
      }
      let export = try Program.run(["history", "export", file, "--format", "json"])
      let series = try #require(
        JSONValue.parse(Array(export.output.utf8), file: "export").arrayValue)
      for one in series {
        let names = one["points"]?.arrayValue?.compactMap { $0["night"]?.stringValue } ?? []
        #expect(try names == nights(root))
      }
    }
  }

  @Test func `a history that is cut in half, older or gone is made anew`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let (file, root) = try plan(in: folder, benchmarks: "  - {name: chartqa, limit: 2}")
      try Program.run(["nightly", "run", file])
      let before = try Program.run(["history", "export", root]).output
      #expect(before.split(separator: "\r\n").count == 2, "\(before)")
      let database = root + "/history.sqlite"
      let whole = try readFile(database)
      for bytes in [Array(whole.prefix(whole.count / 2)), Array("not a database".utf8)] {
        try Data(bytes).write(to: URL(fileURLWithPath: database))
        let outcome = try Program.run(["history", "export", root])
        #expect(outcome.status == 0 && outcome.output == before, "\(outcome.errors)")
        #expect(outcome.errors.contains("history.sqlite: the database is damaged"))
      }
      var older = whole
      older[63] = 0
      try Data(older).write(to: URL(fileURLWithPath: database))
      let outcome = try Program.run(["history", "export", root])
      #expect(outcome.output == before && outcome.errors.contains("of an older version"))
      try FileManager.default.removeItem(atPath: database)
      #expect(try Program.run(["history", "export", root]).output == before)
    }
  }

  @Test func `bad input gets one sentence`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let (file, root) = try plan(in: folder, benchmarks: "  - {name: chartqa, limit: 1}")
      expectOneSentence(
        try Program.run(["nightly", "run", "/no/file.yml"]), status: 2, mentions: ["no such file"])
      expectOneSentence(
        try Program.run(["nightly", "status", file]), status: 1, mentions: ["there are no nights"])
      try Program.run(["nightly", "run", file])
      let night = try #require(try nights(root).first)
      expectOneSentence(
        try Program.run(["nightly", "show", file, "2026-01-01"]), status: 1,
        mentions: ["no night \"2026-01-01\""])
      try Data("{".utf8).write(
        to: URL(fileURLWithPath: "\(root)/nights/\(night)/night.json"))
      expectOneSentence(
        try Program.run(["nightly", "show", file]), status: 1,
        mentions: ["night.json is not what a night writes"])
      let repaired = try Program.run(["nightly", "run", file, "--night", night])
      #expect(repaired.status == 0, "\(repaired.errors)")
      #expect(try Program.run(["nightly", "show", file]).status == 0)
      // A baseline that is gone is said, and the night is not called good.
      try Data("\nbaseline: 2020-01-01\n".utf8).append(to: file)
      let gone = try Program.run(["nightly", "run", file])
      #expect(gone.status == 101 && gone.output.contains("the baseline 2020-01-01 is gone"))
    }
  }

  @Test(.enabled(if: SmallDisk.canMount, "needs to mount a small disk"))
  func `a full disk keeps what was answered, and the next command goes on`() throws {
    try SmallDisk.with(size: "48k") { disk in
      try TestMaterial.withTemporaryFolder { folder in
        let (file, _) = try plan(
          in: folder, benchmarks: "  - {name: docvqa, limit: 2}\n  - {name: chartqa, limit: 2}")
        let full = try Program.run(["nightly", "run", file, "--output", disk + "/root"])
        #expect(full.status == 101 && !full.wasSignalled, "\(full.errors)")
        #expect(full.output.hasPrefix("INCOMPLETE "), "\(full.output)")
        #expect(full.output.contains("the disk is full"), "\(full.output)")
        try SmallDisk.grow(disk, to: "4m")
        let night = try #require(try nights(disk + "/root").first)
        let after = try Program.run([
          "nightly", "run", file, "--output", disk + "/root", "--night", night,
        ])
        #expect(after.status == 0, "\(after.output)")
      }
    }
  }
}

extension Data {
  fileprivate func append(to file: String) throws {
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
    try handle.seekToEnd()
    try handle.write(contentsOf: self)
    try handle.close()
  }
}
