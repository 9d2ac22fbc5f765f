import DataFormats
import Foundation
import TestSupport
import Testing

/// What a night finds out: a clear drop before its end, nothing where nothing changed, one answer.
@Suite(.serialized) struct NightlyVerdictTests {
  @Test func `a benchmark that is clearly worse ends early, and can be finished later`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let plan = try NightPlan(
        in: folder, benchmarks: "  - chartqa", more: "gate: {expect: scores}")
      #expect(try plan.run().status == 0)
      let first = try #require(try plan.nights.first)
      try NightPlan.answerRight(plan.run(first, "tiny/chartqa"))
      #expect(try plan.pin(first).status == 0)

      let stopped = try plan.run(["--stop-when-regressed"])
      #expect(stopped.status == 100, "\(stopped.errors)")
      // E = 2^8/8 (1 - 2^-8) = 31.9 is the first that reaches 1/0.05 where all images lose.
      #expect(stopped.output.hasPrefix("REGRESSION "), "\(stopped.output)")
      #expect(stopped.output.contains("stopped after 7 of 10 images: 7 got worse and 0 better"))
      let second = try #require(try plan.nights.last)
      let run = plan.run(second, "tiny/chartqa")
      let asked = try NightPlan.answers(run).map { try $0["id"].string() }
      // Two questions an image.
      #expect(asked.count == 14)
      // The order is drawn, and is not that of the data.
      let questions = try JSONLines.read(run + "/questions.jsonl").map { try $0["id"].string() }
      #expect(asked != Array(questions.prefix(14)))
      let report = String(
        decoding: try readFile("\(plan.root)/nights/\(second)/night.md"), as: UTF8.self)
      #expect(report.contains("PARTIAL"))
      expectOneSentence(try plan.pin(second), status: 2, mentions: ["is not complete"])

      // The same again finds it at once; without the option the rest is asked.
      let again = try plan.run(["--stop-when-regressed", "--night", second])
      #expect(again.status == 100 && again.output.contains("stopped after 7 of 10 images"))
      #expect(try NightPlan.answers(run).count == 14)
      let whole = try plan.run(["--night", second])
      #expect(whole.status == 100 && !whole.output.contains("stopped"), "\(whole.output)")
      #expect(try NightPlan.answers(run).count == 20)
    }
  }

  @Test func `without a baseline nothing is stopped`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let plan = try NightPlan(in: folder, benchmarks: "  - {name: chartqa, limit: 2}")
      let outcome = try plan.run(["--stop-when-regressed"])
      #expect(outcome.status == 0 && outcome.output.hasPrefix("NO BASELINE "), "\(outcome.errors)")
      expectOneSentence(
        try plan.run(["--stop-when-regressed", "--night", "x", "--shard", "1/2"]), status: 2,
        mentions: ["--stop-when-regressed", "--shard"])
    }
  }

  @Test func `another number of threads and another batch change no answer`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      // Two questions an image: together in one batch, or each alone.
      let benchmarks = "  - {name: chartqa, limit: 4}\n  - {name: mme, limit: 4}"
      let plan = try NightPlan(
        in: folder, models: "  - {name: tiny, model: MODEL, aspect: pad, threads: 1, batch: 8}",
        benchmarks: benchmarks)
      try #require(try plan.run().status == 0)
      #expect(try plan.pin(try #require(try plan.nights.first)).status == 0)
      try plan.write(
        models: "  - {name: tiny, model: MODEL, aspect: pad, threads: 2, batch: 1}",
        benchmarks: benchmarks)
      let second = try plan.run()
      #expect(second.status == 0, "\(second.errors)")
      #expect(
        second.output.hasPrefix("IDENTICAL ") && second.output.contains("8 answers identical"))
    }
  }

  @Test func `one weight that changes one answer is found, with the answer and its token`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let model = folder + "/model"
      try Program.copy(try Program.tinyModel.get(), to: model)
      let plan = try NightPlan(
        in: folder, models: "  - {name: tiny, model: \(model), aspect: pad}",
        benchmarks: "  - {name: docvqa, samples: ['70001', '70131', '70183']}",
        more: "gate: {expect: identical}")
      try #require(try plan.run().status == 0)
      let first = try #require(try plan.nights.first)
      #expect(try plan.pin(first).status == 0)
      let answers = try NightPlan.answers(plan.run(first, "tiny/docvqa")).map {
        (id: try $0["id"].string(), tokens: try $0["token_ids"].list().map { try $0.int() })
      }
      // A token that one answer holds, and goes on after: its row of the embedding is read nowhere
      // else.
      let found = answers.lazy.flatMap { answer in
        answer.tokens.indices.dropLast().lazy.map { (answer.id, answer.tokens[$0], $0) }
      }.first { id, token, place in
        !answers.contains { $0.id != id && $0.tokens.contains(token) }
      }
      let (id, token, place) = try #require(found)
      try change(row: token, of: "model.embed_tokens.weight", in: model + "/model.safetensors")

      let second = try plan.run()
      #expect(second.status == 100, "\(second.output)")
      #expect(second.output.hasPrefix("CHANGED ANSWERS "))
      #expect(second.output.contains("1 of 3 answers changed"), "\(second.output)")
      #expect(
        second.output.contains("DocVQA \(id), first differing token at \(place + 1)"),
        "\(second.output)")
      let page = String(
        decoding: try readFile(
          "\(plan.root)/nights/\(try #require(try plan.nights.last))/night.html"),
        as: UTF8.self)
      #expect(page.contains(id))
    }
  }

  /// Multiplies the first weight of a row of a stored f32 tensor, by hand.
  private func change(row: Int, of name: String, in file: String) throws {
    var bytes = try readFile(file)
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try JSONValue.parse(Array(bytes[8..<8 + length]))
    let tensor = try #require(header[name])
    #expect(tensor["dtype"] == "F32")
    let width = try #require(tensor["shape"]?[1]?.intValue)
    let start = try #require(tensor["data_offsets"]?[0]?.intValue)
    let place = 8 + length + start + row * width * 4
    let weight = Float(50)
    withUnsafeBytes(of: weight.bitPattern.littleEndian) {
      bytes.replaceSubrange(place..<place + 4, with: $0)
    }
    try Data(bytes).write(to: URL(fileURLWithPath: file))
  }

  @Test func `a changed scorer is told apart from changed answers`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let plan = try NightPlan(in: folder, benchmarks: "  - {name: docvqa, limit: 3}")
      try #require(try plan.run().status == 0)
      let first = try #require(try plan.nights.first)
      #expect(try plan.pin(first).status == 0)
      let stored = plan.run(first, "tiny/docvqa/scores.json")
      let text = String(decoding: try readFile(stored), as: UTF8.self)
        .replacing("\"value\": 0.0", with: "\"value\": 0.25", maxReplacements: 1)
        .replacing("\"value\": 0,", with: "\"value\": 0.25,", maxReplacements: 1)
      try Data(text.utf8).write(to: URL(fileURLWithPath: stored))
      let second = try plan.run()
      #expect(second.status == 0 && second.output.hasPrefix("IDENTICAL "), "\(second.output)")
      let night = "\(plan.root)/nights/\(try #require(try plan.nights.last))"
      let report = String(decoding: try readFile(night + "/night.md"), as: UTF8.self)
      #expect(report.contains("scorer changed: A was stored as 25.00, the present rules give 0.00"))
      let compared = try Program.run([
        "compare", plan.run(first, "tiny/docvqa"), night + "/tiny/docvqa",
      ])
      #expect(compared.output.contains("total -25.00 = answers +0.00 + scorer -25.00"))
    }
  }

  @Test func `a change of level shows what changed in the answers`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let plan = try NightPlan(in: folder, benchmarks: "  - {name: chartqa, limit: 3}")
      for _ in 0..<2 { try #require(try plan.run().status == 0) }
      let nights = try plan.nights
      // Three nights of each level, which differ in a run's date only.
      for (number, source) in [0, 0, 1, 1, 1].enumerated() {
        let name = "2026-01-0\(number + 1)"
        try Program.copy("\(plan.root)/nights/\(nights[source])", to: "\(plan.root)/nights/\(name)")
        let record = "\(plan.root)/nights/\(name)/night.json"
        let text = String(decoding: try readFile(record), as: UTF8.self)
          .replacing("\"night\": \"\(nights[source])\"", with: "\"night\": \"\(name)\"")
        try Data(text.utf8).write(to: URL(fileURLWithPath: record))
        let run = plan.run(name, "tiny/chartqa")
        if source == 1 { try NightPlan.answerRight(run) }
        // Other tokens every night: a repeated answer is no new point of the series.
        let log = run + "/answers/answers.0-of-1.jsonl"
        let changed = String(decoding: try readFile(log), as: UTF8.self)
          .replacing("\"token_ids\":[", with: "\"token_ids\":[\(number),")
        try Data(changed.utf8).write(to: URL(fileURLWithPath: log))
      }
      for night in nights {
        try FileManager.default.removeItem(atPath: "\(plan.root)/nights/\(night)")
      }
      #expect(try Program.run(["history", "rebuild", plan.root]).status == 0)
      let shown = try Program.run(["history", "show", plan.root])
      #expect(shown.output.contains("Changes of level"), "\(shown.output)\(shown.errors)")
      #expect(shown.output.contains("2026-01-03: 0.00 ± 0.00 → 100.00"), "\(shown.output)")
      #expect(shown.output.contains("3 of 3 answers changed: 0 worse, 3 better"), "\(shown.output)")
    }
  }
}
