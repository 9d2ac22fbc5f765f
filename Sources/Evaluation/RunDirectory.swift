import DataFormats
import Diagnostics
import Foundation
import Hashing

/// A run on disk.
///
/// ```
/// run.json            who and what (RunManifest); written once, extended by later selections
/// questions.jsonl     every sample of the data: prompt, references, metadata
/// answers/            append-only answers, one file per shard (RunLog)
/// scores.json         derived by scoring: figures and ledger
/// samples.jsonl       derived by scoring: per sample the answer, its score and the rule that fired
/// profiles.json       derived by scoring with several profiles
/// run.lock            locked by whoever begins, continues or scores the run (RunLock)
/// ```
public struct RunDirectory: Sendable {
  public let path: String
  public internal(set) var manifest: RunManifest
  public let questions: [RunQuestion]

  public var answersFolder: String { path + "/" + Self.answersName }

  static let answersName = "answers"
  /// What scoring writes, in the order in which it is removed: figures first.
  static let derivedNames = ["scores.json", "profiles.json", "samples.jsonl"]

  static func manifestPath(_ path: String) -> String { path + "/run.json" }
  static func questionsPath(_ path: String) -> String { path + "/questions.jsonl" }

  /// The manifest at a path, or nil where there is none.
  /// - Throws: what is wrong in it; a manifest that is there and cannot be read is not absent.
  static func manifest(at path: String) throws -> RunManifest? {
    guard FileManager.default.fileExists(atPath: manifestPath(path)) else { return nil }
    return try RunManifest(JSONNode(contentsOf: manifestPath(path)))
  }

  /// `questions.jsonl` as a whole. The hash in the manifest is that of this text without the last
  /// line end.
  static func questionsText(_ questions: [RunQuestion]) -> String {
    questions.map { $0.json.text() + "\n" }.joined()
  }

  init(path: String, manifest: RunManifest, questions: [RunQuestion]) {
    self.path = path
    self.manifest = manifest
    self.questions = questions
  }

  /// Opens an existing run for reading.
  /// - Throws: ``EvaluationError`` `not-a-run`, or what is wrong in its files.
  public init(opening path: String) throws {
    guard FileManager.default.fileExists(atPath: Self.manifestPath(path)) else {
      throw EvaluationError(
        .notARun,
        FileManager.default.fileExists(atPath: path)
          ? "there is no run.json; this is not a run directory" : "no such run directory",
        at: Location(file: path))
    }
    self.path = path
    manifest = try RunManifest(JSONNode(contentsOf: Self.manifestPath(path)))
    let file = Self.questionsPath(path)
    questions = try JSONLines.read(file).map(RunQuestion.init)
    guard questions.count == manifest.sampleCount else {
      throw EvaluationError(
        .damagedLog,
        "it holds \(questions.count) questions but run.json says \(manifest.sampleCount); "
          + Self.restoring, at: Location(file: file))
    }
    guard try Self.hash(ofQuestionsAt: path) == manifest.questionsHash else {
      throw EvaluationError(
        .damagedLog,
        "these are not the questions that this run was started with (run.json keeps their hash); "
          + Self.restoring, at: Location(file: file))
    }
  }

  /// As the manifest keeps it: the last line end does not count.
  static func hash(ofQuestionsAt path: String) throws -> String {
    var bytes = try readFile(questionsPath(path))
    if bytes.last == 0x0A { bytes.removeLast() }
    return SHA256.hexadecimal(of: bytes)
  }

  private static let restoring =
    "the same `run` command as before writes the file again from the data"

  /// The places of all samples that the run was asked to answer, ascending.
  public func selectedIndices() throws -> [Int] {
    let ids = questions.map(\.id)
    var selected: Set<Int> = []
    for selection in manifest.selections { selected.formUnion(try selection.indices(in: ids)) }
    return selected.sorted()
  }

  /// The log file of a shard.
  public func logPath(shard: Shard) -> String { Self.logPath(path, shard: shard) }

  static func logPath(_ path: String, shard: Shard) -> String {
    "\(path)/\(answersName)/\(shard.logName)"
  }

  /// All logged answers, shard by shard.
  /// - Throws: ``EvaluationError`` where the folder or a file in it cannot be read.
  public func entries() throws -> [RunLog.Entry] {
    try Self.logNames(in: answersFolder).flatMap {
      try RunLog.entries(of: answersFolder + "/" + $0)
    }
  }

  /// The names of the logs in a folder of answers, sorted.
  /// - Throws: ``EvaluationError`` where the folder is gone or cannot be listed: a run whose answers
  ///   cannot be seen is not a run without answers.
  static func logNames(in folder: String) throws(EvaluationError) -> [String] {
    try listing(folder).filter { $0.hasSuffix(".jsonl") && !$0.hasPrefix("._") }
  }

  /// The names in a folder, sorted.
  package static func listing(_ folder: String) throws(EvaluationError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    } catch {
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder)
      throw EvaluationError(
        .unreadableFolder,
        !exists
          ? "no such folder; what it held is gone, restore it"
          : isFolder.boolValue
            ? "the folder cannot be listed; check its permissions" : "this is no folder",
        at: Location(file: folder))
    }
  }
}
