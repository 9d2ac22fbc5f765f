import DataFormats
import Diagnostics
import Foundation

/// A run on disk.
///
/// ```
/// run.json            who and what (RunManifest); written once, extended by later selections
/// questions.jsonl     every sample of the data: prompt, references, metadata
/// answers/            append-only answers, one file per shard (RunLog)
/// scores.json         derived by scoring: figures and ledger
/// samples.jsonl       derived by scoring: per sample the answer, its score and the rule that fired
/// ```
public struct RunDirectory: Sendable {
  public let path: String
  public internal(set) var manifest: RunManifest
  public let questions: [RunQuestion]

  public var answersFolder: String { path + "/answers" }

  static func manifestPath(_ path: String) -> String { path + "/run.json" }
  static func questionsPath(_ path: String) -> String { path + "/questions.jsonl" }

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
    questions = try JSONLines.read(Self.questionsPath(path)).map(RunQuestion.init)
    guard questions.count == manifest.sampleCount else {
      throw EvaluationError(
        .damagedLog,
        "questions.jsonl holds \(questions.count) questions but run.json says \(manifest.sampleCount)",
        at: Location(file: path))
    }
  }

  /// Opens a run to continue it, or starts it.
  ///
  /// - Parameter fresh: an existing run is first renamed to `<path>.before-N`; nothing is ever
  ///   deleted.
  /// - Throws: ``EvaluationError`` `run-changed` where what is there was made of something else.
  public init(
    continuing path: String, manifest new: RunManifest, questions: [RunQuestion], fresh: Bool
  ) throws {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    if fresh { try Self.setAside(path) }
    self.path = path
    self.questions = questions
    if FileManager.default.fileExists(atPath: Self.manifestPath(path)) {
      var existing = try RunManifest(JSONNode(contentsOf: Self.manifestPath(path)))
      try new.checkContinues(existing, folder: path)
      let added = new.selections.filter { !existing.selections.contains($0) }
      existing.selections += added
      manifest = existing
      // Several shards that ask the same leave the file alone.
      if !added.isEmpty {
        try DurableFile.replace(Self.manifestPath(path), with: existing.json.text(indented: true))
      }
    } else {
      manifest = try Self.start(path, manifest: new, questions: questions)
    }
  }

  private static func setAside(_ path: String) throws(EvaluationError) {
    guard FileManager.default.fileExists(atPath: manifestPath(path)) else { return }
    var number = 1
    while FileManager.default.fileExists(atPath: "\(path).before-\(number)") { number += 1 }
    guard rename(path, "\(path).before-\(number)") == 0 else {
      throw DurableFile.failure("the old run cannot be set aside", path)
    }
  }

  /// The places of all samples that the run was asked to answer, ascending.
  public func selectedIndices() throws -> [Int] {
    let ids = questions.map(\.id)
    var selected: Set<Int> = []
    for selection in manifest.selections { selected.formUnion(try selection.indices(in: ids)) }
    return selected.sorted()
  }

  /// The log file of a shard.
  public func logPath(shard: Shard) -> String {
    "\(answersFolder)/answers.\(shard.index)-of-\(shard.count).jsonl"
  }

  /// All logged answers, shard by shard.
  public func entries() throws -> [RunLog.Entry] {
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: answersFolder)) ?? []).filter
    { $0.hasSuffix(".jsonl") }.sorted()
    return try names.flatMap { try RunLog.entries(of: answersFolder + "/" + $0) }
  }
}

/// A part of a run that one process answers: images `index`, `index + count`, ... of the data, each
/// with all its questions.
public struct Shard: Sendable, Equatable {
  public let index: Int
  public let count: Int

  /// Nil unless `0 <= index < count`.
  public init?(index: Int, count: Int) {
    guard index >= 0, index < count else { return nil }
    self.index = index
    self.count = count
  }

  private init() { (index, count) = (0, 1) }
  /// The whole run.
  public static let whole = Shard()
}

extension RunDirectory {
  /// The run at `path`, or, where `path` is a folder of runs, all runs directly in it by name;
  /// renamed old runs are left out.
  /// - Throws: ``EvaluationError`` `not-a-run` where there is none.
  public static func all(in path: String) throws -> [RunDirectory] {
    if FileManager.default.fileExists(atPath: manifestPath(path)) {
      return [try RunDirectory(opening: path)]
    }
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted().filter
    {
      !$0.contains(".before-")
        && FileManager.default.fileExists(atPath: manifestPath(path + "/" + $0))
    }
    if names.isEmpty { return [try RunDirectory(opening: path)] }
    return try names.map { try RunDirectory(opening: path + "/" + $0) }
  }
}
