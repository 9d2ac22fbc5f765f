import DataFormats
import Foundation
import TestSupport
import Testing

/// A night's file of tiny parts, and what tests do to its runs.
struct NightPlan {
  let folder: String
  var root: String { folder + "/root" }
  var file: String { folder + "/nightly.yml" }

  /// - Parameters:
  ///   - models: lines of YAML; `MODEL` stands for the tiny checkpoint
  ///   - more: further keys
  init(
    in folder: String, models: String = "  - {name: tiny, model: MODEL, aspect: pad}",
    benchmarks: String, more: String = ""
  ) throws {
    self.folder = folder
    try write(models: models, benchmarks: benchmarks, more: more)
  }

  func write(models: String, benchmarks: String, more: String = "") throws {
    let text = """
      output: \(root)
      data: \(Program.samples)
      models:
      \(models.replacingOccurrences(of: "MODEL", with: try Program.tinyModel.get()))
      benchmarks:
      \(benchmarks)
      \(more)
      """
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
  }

  func run(_ more: [String] = []) throws -> Program.Outcome {
    try Program.run(["nightly", "run", file] + more)
  }

  func pin(_ night: String) throws -> Program.Outcome {
    try Program.run(["nightly", "baseline", "set", night, "--because", "x", "--output", root])
  }

  var nights: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: root + "/nights").sorted() }
  }

  func run(_ night: String, _ part: String) -> String { "\(root)/nights/\(night)/\(part)" }

  static func answers(_ run: String) throws -> [JSONNode] {
    try JSONLines.read(run + "/answers/answers.0-of-1.jsonl")
  }

  /// Makes every answer right by the run's own references.
  static func answerRight(_ run: String) throws {
    var references: [String: String] = [:]
    for question in try JSONLines.read(run + "/questions.jsonl") {
      references[try question["id"].string()] = try question["references"].strings().first
    }
    let lines = try answers(run).map { line -> String in
      var members = try #require(line.value.objectValue)
      members["text"] = .string(references[try line["id"].string()] ?? "")
      return JSONValue.object(members).text() + "\n"
    }
    try Data(lines.joined().utf8).write(
      to: URL(fileURLWithPath: run + "/answers/answers.0-of-1.jsonl"))
  }
}
