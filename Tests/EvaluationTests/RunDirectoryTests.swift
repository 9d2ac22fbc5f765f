import DataFormats
import Evaluation
import EvaluationTestSupport
import Foundation
import Metrics
import TestSupport
import Testing

/// What a run directory says when somebody changed it.
@Suite struct RunDirectoryTests {
  private func run(
    in folder: String, progress: SilentProgress = SilentProgress(),
    _ change: (inout Runner) -> Void = { _ in }
  ) throws -> RunDirectory {
    var runner = Runner(
      benchmark: EchoBenchmark(), data: EchoBenchmark.data(), outputFolder: folder + "/run")
    change(&runner)
    let summary = try runner.run(EchoModel(), progress: progress)
    _ = try summary.scored(EchoBenchmark(), profiles: .one(.lmmsEval))
    return summary.directory
  }

  private func replace(_ old: String, by new: String, in file: String) throws {
    let text = String(decoding: try readFile(file), as: UTF8.self)
    #expect(text.contains(old))
    try Data(text.replacing(old, with: new, maxReplacements: 1).utf8).write(
      to: URL(fileURLWithPath: file))
  }

  /// Every part of a question decides about a score; the hash in the manifest covers all of them.
  @Test(arguments: [
    ("answer 3", "answer 4"), ("\"s3\"", "\"s99\""), ("question 3", "question 03"), ("\n", "\n\n"),
    ("image 1", "image 2"), ("\n", "\r\n"), ("\"max_new_tokens\":4", "\"max_new_tokens\":5"),
  ])
  func `questions that are not the run's are refused`(old: String, new: String) throws {
    try TestMaterial.withTemporaryFolder { folder in
      let directory = try run(in: folder)
      let file = directory.path + "/questions.jsonl"
      let whole = try readFile(file)
      try replace(old, by: new, in: file)
      let error = #expect(throws: EvaluationError.self) {
        try RunDirectory(opening: directory.path)
      }
      #expect(error?.code == .damagedLog)
      #expect(error?.description.contains("questions.jsonl") == true)
      // What the message advises works: the same run writes the file again, and says so.
      let progress = SilentProgress()
      _ = try run(in: folder, progress: progress)
      #expect(progress.remarks.count == 1 && progress.remarks[0].contains("questions.jsonl"))
      #expect(try readFile(file) == whole)
      _ = try RunDirectory(opening: directory.path)
    }
  }

  @Test(arguments: ["offset", "limit"])
  func `a negative selection in the manifest is refused`(key: String) throws {
    try TestMaterial.withTemporaryFolder { folder in
      let directory = try run(in: folder) { $0.selection = Selection(offset: 3, limit: 3) }
      try replace("\"\(key)\": 3", by: "\"\(key)\": -3", in: directory.path + "/run.json")
      let error = #expect(throws: DataFormatError.self) {
        try RunDirectory(opening: directory.path)
      }
      #expect(error?.description.contains("selections[0].\(key)") == true)
    }
  }

  @Test(arguments: [
    Selection(offset: 12), Selection(offset: 99_999, limit: 1), Selection(ids: []),
    Selection(limit: 0),
  ])
  func `a selection of nothing is refused and recorded nowhere`(selection: Selection) throws {
    try TestMaterial.withTemporaryFolder { folder in
      let directory = try run(in: folder) { $0.selection = Selection(limit: 3) }
      let before = try readFile(directory.path + "/run.json")
      let error = #expect(throws: EvaluationError.self) {
        try run(in: folder) { $0.selection = selection }
      }
      #expect(error?.code == .invalidSelection)
      #expect(try readFile(directory.path + "/run.json") == before)
    }
  }

  @Test func `a folder of answers that is gone or no folder is not a run without answers`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let directory = try run(in: folder)
      try FileManager.default.removeItem(atPath: directory.answersFolder)
      let gone = #expect(throws: EvaluationError.self) { try directory.entries() }
      #expect(gone?.code == .unreadableFolder)
      try Data().write(to: URL(fileURLWithPath: directory.answersFolder))
      let file = #expect(throws: EvaluationError.self) { try directory.entries() }
      #expect(file?.code == .unreadableFolder)
    }
  }

  @Test(.enabled(if: geteuid() != 0, "root may list every folder"))
  func `a folder that cannot be listed is an error`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let directory = try run(in: folder)
      for path in [directory.answersFolder, directory.path] {
        chmod(path, 0)
        defer { chmod(path, 0o755) }
        #expect(throws: EvaluationError.self) { try RunDirectory.all(in: folder)[0].entries() }
      }
    }
  }

  @Test func `answers without a manifest do not become those of the next run`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let directory = try run(in: folder)
      try FileManager.default.removeItem(atPath: directory.path + "/run.json")
      let error = #expect(throws: EvaluationError.self) { try run(in: folder) }
      #expect(error?.code == .runChanged)
      // As the message advises:
      _ = try run(in: folder) { $0.fresh = true }
      #expect(
        FileManager.default.fileExists(
          atPath: folder + "/run.before-1/answers/answers.0-of-1.jsonl"))
    }
  }

  @Test func `what killed processes left half written goes with the next run`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let directory = try run(in: folder) { $0.selection = Selection(limit: 3) }
      for name in ["run.json.writing-4711", "scores.json.writing-1a2b"] {
        try Data("{".utf8).write(to: URL(fileURLWithPath: directory.path + "/" + name))
      }
      _ = try run(in: folder)
      let names = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
      #expect(
        names == [
          "answers", "questions.jsonl", "run.json", "run.lock", "samples.jsonl", "scores.json",
        ])
    }
  }

  @Test func `figures of fewer answers or of other profiles do not survive`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let directory = try run(in: folder) { $0.selection = Selection(limit: 3) }
      try ScoredRun(directory, benchmark: EchoBenchmark(), profiles: .all).write()
      let profiles = directory.path + "/profiles.json"
      try Data("{}".utf8).write(to: URL(fileURLWithPath: profiles))
      try ScoredRun(directory, benchmark: EchoBenchmark(), profiles: .one(.lmmsEval)).write()
      #expect(!FileManager.default.fileExists(atPath: profiles))

      // A run that goes on and is killed leaves no scores of its beginning.
      var runner = Runner(
        benchmark: EchoBenchmark(), data: EchoBenchmark.data(), outputFolder: directory.path)
      runner.selection = .all
      _ = try runner.run(EchoModel(), progress: SilentProgress())
      for name in ["scores.json", "samples.jsonl", "profiles.json"] {
        #expect(!FileManager.default.fileExists(atPath: directory.path + "/" + name), "\(name)")
      }
    }
  }

  @Test func `scores are not written over another run that took the place`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let directory = try run(in: folder)
      let scored = try ScoredRun(
        directory, benchmark: EchoBenchmark(), profiles: .one(.lmmsEval))
      var runner = Runner(
        benchmark: EchoBenchmark(), data: EchoBenchmark.data(), outputFolder: directory.path)
      runner.fresh = true
      _ = try runner.run(EchoModel(method: "other"), progress: SilentProgress())
      let error = #expect(throws: EvaluationError.self) { try scored.write() }
      #expect(error?.code == .runChanged)
      #expect(!FileManager.default.fileExists(atPath: directory.path + "/scores.json"))
    }
  }

  @Test func `failures before are not called answers`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let model = EchoModel()
      model.failing = ["1", "2"]
      let runner = Runner(
        benchmark: EchoBenchmark(), data: EchoBenchmark.data(), outputFolder: folder + "/run")
      _ = try runner.run(model, progress: SilentProgress())
      let progress = SilentProgress()
      _ = try run(in: folder, progress: progress)
      #expect(progress.answeredBefore == 10 && progress.failedBefore == 2 && progress.total == 0)
    }
  }
}
