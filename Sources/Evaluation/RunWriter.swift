import DataFormats
import Diagnostics
import Foundation

/// A run that this process answers: its directory, and the log of one shard, which nobody else
/// writes as long as this object lives.
///
/// Everything that decides under which name answers are kept happens under the directory's lock
/// (``RunLock``), in this order, so that a process that is refused has changed nothing:
///
/// 1. logs that other processes write are found, 2. what is there is checked against what this
/// process would write, 3. the log is taken, 4. questions and manifest are created, or the
/// selections extended. Several shards of one run may be begun at once: whoever is first writes the
/// manifest, the others check it.
final class RunWriter {
  let directory: RunDirectory
  let log: RunLog
  /// What was mended on the way, for the reader.
  let remarks: [String]

  /// Opens a run to continue it, or starts it.
  ///
  /// - Parameter fresh: an existing run is first renamed to `<path>.before-N`; nothing is ever
  ///   deleted.
  /// - Throws: ``EvaluationError`` `run-locked` where another process writes it, `run-changed`
  ///   where what is there was made of something else.
  init(
    continuing path: String, manifest new: RunManifest, questions: [RunQuestion], shard: Shard,
    fresh: Bool
  ) throws {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    RunStep.reached(.arriving)
    if fresh { try Self.setAside(path) }
    try DurableFile.createFolder(path + "/" + RunDirectory.answersName)
    let lock = try RunLock(path)
    let logPath = RunDirectory.logPath(path, shard: shard)
    try Self.checkNobodyWrites(path, beside: shard)
    var remarks: [String] = []
    let before = try RunDirectory.manifest(at: path)
    if let before {
      try new.checkContinues(before, folder: path)
    } else {
      try Self.checkHoldsNoAnswers(path)
    }
    try RunDirectory(path: path, manifest: before ?? new, questions: questions)
      .checkSplit(for: shard)
    RunStep.reached(.checked)

    log = try RunLog.open(logPath).log
    DurableFile.removeAbandoned(in: path)
    let text = RunDirectory.questionsText(questions)
    if before == nil || (try? readFile(RunDirectory.questionsPath(path))) != Array(text.utf8) {
      try DurableFile.replace(RunDirectory.questionsPath(path), with: text)
      if before != nil {
        remarks.append("questions.jsonl was damaged or gone; it has been written again")
      }
    }
    directory = RunDirectory(
      path: path, manifest: try Self.record(new, over: before, at: path), questions: questions)
    self.remarks = remarks
    RunStep.reached(.recorded)
    withExtendedLifetime(lock) {}
  }

  /// Writes the manifest, or extends the selections of the one that is there.
  private static func record(
    _ new: RunManifest, over before: RunManifest?, at path: String
  ) throws -> RunManifest {
    let file = RunDirectory.manifestPath(path)
    var existing = before
    if existing == nil {
      // The manifest comes last: a directory that has one is complete.
      if try DurableFile.create(file, with: new.json.text(indented: true)) { return new }
      // Somebody on another machine was first, unseen until now.
      existing = try RunDirectory.manifest(at: path)
    }
    guard var merged = existing else { throw DurableFile.failure("cannot be created", file) }
    try new.checkContinues(merged, folder: path)
    let added = new.selections.filter { !merged.selections.contains($0) }
    guard !added.isEmpty else { return merged }
    merged.selections += added
    try DurableFile.replace(file, with: merged.json.text(indented: true))
    return merged
  }

  /// Renames a run that nobody writes.
  private static func setAside(_ path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    let lock = try RunLock(path)
    try checkNobodyWrites(path, beside: nil)
    let logs = try RunDirectory.logNames(in: path + "/" + RunDirectory.answersName)
    guard
      FileManager.default.fileExists(atPath: RunDirectory.manifestPath(path)) || !logs.isEmpty
    else { return }
    var number = 1
    while FileManager.default.fileExists(atPath: "\(path).before-\(number)") { number += 1 }
    guard rename(path, "\(path).before-\(number)") == 0 else {
      throw DurableFile.failure("the old run cannot be set aside", path)
    }
    try DurableFile.syncFolder(of: path)
    withExtendedLifetime(lock) {}
  }

  /// - Parameter shard: the part that this process wants to answer; other parts of the same
  ///   division may be answered by others meanwhile. Nil: none may.
  /// - Throws: ``EvaluationError`` `run-locked`.
  private static func checkNobodyWrites(_ path: String, beside shard: Shard?) throws {
    let folder = path + "/" + RunDirectory.answersName
    for name in try RunDirectory.logNames(in: folder) {
      let other = Shard(logName: name)
      if let shard, let other, other.count == shard.count, other != shard { continue }
      guard try RunLog.isWritten(folder + "/" + name) else { continue }
      let part =
        other.map { $0.count > 1 ? " (part \($0.index) of \($0.count))" : "" } ?? " (\(name))"
      throw EvaluationError(
        .runLocked,
        "another process is writing this run\(part); wait for it, or choose another --output",
        at: Location(file: path))
    }
  }

  /// Answers without a manifest are nobody's: they must not become those of the next run.
  private static func checkHoldsNoAnswers(_ path: String) throws {
    let folder = path + "/" + RunDirectory.answersName
    for name in try RunDirectory.logNames(in: folder)
    where try !RunLog.entries(of: folder + "/" + name).isEmpty {
      throw EvaluationError(
        .runChanged,
        """
        answers lie here, but no run.json that says whose they are; use --fresh to set them \
        aside, or another --output
        """,
        at: Location(file: path))
    }
  }

  /// Removes what was derived from fewer answers than there will be, so that it cannot be taken
  /// for the figures of all.
  func removeDerivedFiles() throws {
    for name in RunDirectory.derivedNames { try DurableFile.remove(directory.path + "/" + name) }
  }
}
