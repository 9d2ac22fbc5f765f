import DataFormats
import Foundation
import TestSupport
import Testing

/// What goes wrong beside a night costs nothing of the night.
@Suite(.serialized) struct NightlyFaultTests {
  @Test func `a page that cannot be written takes no record with it`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let plan = try NightPlan(in: folder, benchmarks: "  - {name: docvqa, limit: 2}")
      try #require(try plan.run().status == 0)
      let night = try #require(try plan.nights.first)
      let path = "\(plan.root)/nights/\(night)"
      for name in ["night.md", "night.xml", "night.json"] {
        try FileManager.default.removeItem(atPath: "\(path)/\(name)")
      }
      try Data("somebody's own page".utf8).write(to: URL(fileURLWithPath: path + "/night.html"))
      let again = try plan.run(["--night", night])
      #expect(again.status == 0, "\(again.output)\(again.errors)")
      #expect(again.output.contains("problem: the page is not written"), "\(again.output)")
      #expect(again.output.contains("report: \(path)/night.md"))
      for name in ["night.md", "night.xml", "night.json"] {
        #expect(FileManager.default.fileExists(atPath: "\(path)/\(name)"), "\(name)")
      }
      let report = String(decoding: try readFile(path + "/night.md"), as: UTF8.self)
      #expect(report.contains("the page is not written") && report.contains("| docvqa"))
      let page = try readFile(path + "/night.html")
      #expect(String(decoding: page, as: UTF8.self) == "somebody's own page")
    }
  }

  @Test func `a baseline that is gone leaves no question unasked`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let plan = try NightPlan(
        in: folder, benchmarks: "  - {name: docvqa, limit: 3}", more: "baseline: 2020-01-01")
      let outcome = try plan.run(["--stop-when-regressed"])
      #expect(outcome.status == 101, "\(outcome.output)\(outcome.errors)")
      #expect(outcome.output.contains("the baseline 2020-01-01 is gone"), "\(outcome.output)")
      #expect(outcome.errors.contains("asked to its end"), "\(outcome.errors)")
      let night = try #require(try plan.nights.first)
      #expect(try NightPlan.answers(plan.run(night, "tiny/docvqa")).count == 3)
    }
  }

  @Test func `a split without references is asked every night and never compared`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let data = folder + "/data"
      try Program.copy(Program.samples + "/docvqa", to: data)
      try withoutReferences(data)
      let plan = try NightPlan(
        in: folder,
        benchmarks: "  - {name: docvqa, data: \(data), limit: 2}\n  - {name: chartqa, limit: 2}")
      try #require(try plan.run().status == 0)
      let first = try #require(try plan.nights.first)
      #expect(try plan.pin(first).status == 0)
      let second = try plan.run()
      #expect(second.status == 0 && second.output.hasPrefix("IDENTICAL "), "\(second.output)")
      #expect(second.output.contains("no references, nothing to compare: DocVQA"))
      let shown = try Program.run(["nightly", "show", plan.root])
      let row = try #require(shown.output.split(separator: "\n").first { $0.contains("| docvqa") })
      #expect(row.contains("nothing to score") && !row.contains("0.00"), "\(row)")
      let series = try Program.run(["history", "export", plan.root, "--format", "json"])
      #expect(!series.output.contains("docvqa"), "\(series.output)")
    }
  }

  /// Takes the accepted answers out of a folder of DocVQA in its authors' format.
  private func withoutReferences(_ folder: String) throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: folder)
    where name.hasSuffix(".json") {
      let file = folder + "/" + name
      var root = try #require(try JSONValue.parse(readFile(file), file: file).objectValue)
      root["data"] = .array(
        (root["data"]?.arrayValue ?? []).map { question in
          var members = question.objectValue ?? [:]
          members["answers"] = nil
          return .object(members)
        })
      try Data(JSONValue.object(root).text().utf8).write(to: URL(fileURLWithPath: file))
    }
  }

  @Test func `a check before the first night says that it cannot estimate, then it does`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let plan = try NightPlan(in: folder, benchmarks: "  - {name: docvqa, limit: 2}")
      let before = try Program.run(["nightly", "check", plan.file])
      #expect(before.output.contains("no estimate of the time: no night is finished yet"))
      try #require(try plan.run().status == 0)
      try plan.write(
        models: "  - {name: tiny, model: MODEL, aspect: pad}",
        benchmarks: "  - {name: docvqa, limit: 4}\n  - {name: chartqa, limit: 2}")
      let after = try Program.run(["nightly", "check", plan.file])
      #expect(after.output.contains("estimate from earlier nights"), "\(after.output)")
      #expect(after.output.contains("tiny/chartqa by what the model took for another benchmark"))
    }
  }

  @Test func `a shown night is fitted to its terminal and free of markup`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let plan = try NightPlan(in: folder, benchmarks: "  - {name: docvqa, limit: 2}")
      try #require(try plan.run().status == 0)
      let child = try ChildProcess(
        Program.path, ["nightly", "show", plan.root], output: .terminal(columns: 80), errors: .null)
      let lines = child.readToEnd().split(separator: "\r\n")
      #expect(child.wait().status == 0 && lines.contains { $0.hasPrefix("| ") })
      for line in lines {
        #expect(!line.hasPrefix("#") && !line.contains("\\"), "\(line)")
        // A path must stay whole, to be copied.
        #expect(line.unicodeScalars.count <= 80 || line.contains("/"), "\(line)")
      }
    }
  }
}
