import Diagnostics
import Foundation

/// Joins directories of one run into one: shards that wrote into folders of their own, or parts
/// that were run on several machines.
///
/// ```swift
/// let merged = try RunMerge(["a/docvqa", "b/docvqa"].map(RunDirectory.init(opening:)))
/// let run = try merged.write(to: "all/docvqa", fresh: false)
/// ```
public struct RunMerge: Sendable {
  public let manifest: RunManifest
  public let questions: [RunQuestion]
  /// How many questions were answered in more than one directory, with the same answer.
  public let repeated: Int
  /// The number of parts that all directories are split into; 1 where they differ.
  private let shardCount: Int
  private let answers: [String: Answer]

  /// - Parameter runs: at least one, all of one benchmark.
  /// - Throws: ``EvaluationError`` `runs-differ` naming the first thing that does not belong
  ///   together, or the questions that were answered differently.
  public init(_ runs: [RunDirectory]) throws {
    guard let first = runs.first else {
      throw EvaluationError(.notARun, "name at least one run directory")
    }
    var manifest = first.manifest
    for other in runs.dropFirst() {
      if let difference = manifest.firstDifference(from: other.manifest) {
        throw Self.differing(difference, first, other)
      }
      for selection in other.manifest.selections where !manifest.selections.contains(selection) {
        manifest.selections.append(selection)
      }
      for remark in other.manifest.remarks where !manifest.remarks.contains(remark) {
        manifest.remarks.append(remark)
      }
    }
    self.manifest = manifest
    questions = first.questions
    let counts = try Set(runs.flatMap { try $0.shardsPresent().map(\.count) })
    shardCount = counts.count == 1 ? counts.first ?? 1 : 1
    (answers, repeated) = try Self.joined(runs)
  }

  private static func differing(
    _ difference: (name: String, own: String?, other: String?), _ first: RunDirectory,
    _ other: RunDirectory
  ) -> EvaluationError {
    var difference = difference
    // A hash tells nobody what to look for.
    if difference.own == RunManifest.shown(first.manifest.questionsHash),
      let asked = RunQuestion.firstDifference(first.questions, other.questions)
    {
      difference = asked
    }
    return EvaluationError(
      .runsDiffer,
      "\(difference.name) is \(difference.other.map { "\"\($0)\"" } ?? "not recorded") here and"
        + " \(difference.own.map { "\"\($0)\"" } ?? "not recorded") in \(first.path); these are"
        + " not parts of one run", at: Location(file: other.path))
  }

  /// One answer per question: an answer before a failure, otherwise the first.
  private static func joined(
    _ runs: [RunDirectory]
  ) throws -> (answers: [String: Answer], repeated: Int) {
    var found: [String: (answer: Answer, run: String)] = [:]
    var repeated: Set<String> = []
    var differing: [(id: String, first: String, second: String)] = []
    for run in runs {
      for entry in try run.entries() {
        guard let known = found[entry.id] else {
          found[entry.id] = (entry.answer, run.path)
          continue
        }
        if known.answer.failure != nil {
          if entry.answer.failure == nil { found[entry.id] = (entry.answer, run.path) }
        } else if entry.answer.failure == nil {
          if known.run != run.path { repeated.insert(entry.id) }
          if !known.answer.says(theSameAs: entry.answer) {
            differing.append((entry.id, known.run, run.path))
          }
        }
      }
    }
    if let example = differing.first {
      let ids = differing.prefix(5).map { "\"\($0.id)\"" }.joined(separator: ", ")
      throw EvaluationError(
        .runsDiffer,
        "\(differing.count) question\(differing.count == 1 ? " was" : "s were") answered twice and"
          + " differently (\(ids)\(differing.count > 5 ? " ..." : "")), first in \(example.first)"
          + (example.first == example.second ? "" : " and \(example.second)")
          + "; leave out the directory whose answers are wrong", at: Location(file: example.second))
    }
    return (found.mapValues(\.answer), repeated.count)
  }

  /// - Throws: ``EvaluationError`` `run-changed` where ``write(to:fresh:)`` would find a run.
  public static func checkIsFree(_ path: String) throws(EvaluationError) {
    guard FileManager.default.fileExists(atPath: RunDirectory.manifestPath(path)) else { return }
    throw EvaluationError(
      .runChanged, "there is a run already; choose another --output, or --fresh to rename it",
      at: Location(file: path))
  }

  /// Writes the joined run as a directory of its own, with the split of the parts, so that a part
  /// that is missing can still be answered there.
  ///
  /// - Parameter fresh: a run that is there is renamed to `<path>.before-N`
  /// - Throws: ``EvaluationError`` `run-changed` where there is a run already, `write-failed`.
  public func write(to path: String, fresh: Bool) throws -> RunDirectory {
    if !fresh { try Self.checkIsFree(path) }
    let parts = answersByShard()
    // The writer begins its shard's log: a part without answers must not look as if it had begun.
    let first = parts.first?.shard ?? Shard(index: 0, count: shardCount) ?? .whole
    let writer = try RunWriter(
      continuing: path, manifest: manifest, questions: questions, shard: first, fresh: fresh)
    let run = writer.directory
    for (shard, lines) in parts {
      let log = try shard == first ? writer.log : RunLog.open(run.logPath(shard: shard)).log
      try log.append(lines)
    }
    return run
  }

  /// The parts of which there are answers, each in the order of the questions.
  private func answersByShard() -> [(shard: Shard, lines: [(id: String, answer: Answer)])] {
    let assigned = Shard.assignment(of: questions.map(\.imageIdentity), count: shardCount)
    return (0..<shardCount).compactMap { index in
      guard let shard = Shard(index: index, count: shardCount) else { return nil }
      let lines = questions.indices.filter { assigned[$0] == index }.compactMap { place in
        answers[questions[place].id].map { (id: questions[place].id, answer: $0) }
      }
      return lines.isEmpty ? nil : (shard, lines)
    }
  }
}

extension Answer {
  /// Whether two answers are equal in all that a score can depend on; how long they took differs.
  fileprivate func says(theSameAs other: Answer) -> Bool {
    text == other.text && tokenIDs == other.tokenIDs && stopReason == other.stopReason
  }
}
