import Diagnostics
public import Evaluation
import Foundation

/// A night that several processes answer.
extension Night {
  /// Begins a night that several processes answer, each a shard, by its name.
  ///
  /// - Parameter named: this night is gone on with, and none begun
  /// - Throws: ``NightlyError``: the root is held, or cannot be written; no such night of this plan
  public static func begun(
    _ configuration: NightlyConfiguration, named: String? = nil, at date: Date = Date()
  ) throws(NightlyError) -> NightFolder {
    let root = NightlyRoot(configuration.output)
    if let named { return try folder(named, of: configuration, in: root) }
    let lock = try RootLock(root)
    let folder = root.newNight(at: date)
    try folder.begin(plan: configuration.planDescription, at: date, isSharded: true)
    withExtendedLifetime(lock) {}
    return folder
  }

  /// Answers a shard of every part of a night; the root is not taken, so that any number of shards
  /// may be answered at once.
  /// - Returns: what kept a part from being answered, one sentence each
  /// - Throws: ``NightlyError`` where there is no such night of this plan
  public static func answeredShard(
    _ configuration: NightlyConfiguration, source: ModelSource, night: String, shard: Shard,
    progress: (String) -> any RunProgress, note: (String) -> Void
  ) throws(NightlyError) -> [String] {
    let root = NightlyRoot(configuration.output)
    let folder = try Self.folder(night, of: configuration, in: root)
    var problems: [String] = []
    for model in configuration.models {
      var loaded: Result<any AnsweringModel, any Error>?
      for benchmark in configuration.benchmarks {
        let title = "\(model.name), \(benchmark.benchmark.title)"
        do {
          var run = try benchmark.run(source.environment(model))
          run.shard = shard
          let answering = loaded ?? Result { try source.load(model) }
          loaded = answering
          let part = NightPart(model: model.name, benchmark: benchmark.benchmark.name)
          let summary = try run.answeredOnly(
            by: answering.get(), in: folder.runPath(part),
            defaultName: "\(folder.name) \(model.name)", progress: progress(title))
          note(
            "\(title), shard \(shard.description): \(summary.asked) asked, \(summary.failed) failed"
          )
          if let end = summary.end { problems.append("\(title): \(render(end.reason))") }
        } catch {
          problems.append("\(title): \(render(error))")
        }
      }
    }
    return problems
  }

  /// Scores what came together, compares, and reports; asks nothing.
  public func close(note: (String) -> Void) throws -> Outcome {
    let parts = configuration.models.flatMap { model in
      configuration.benchmarks.map { benchmark -> NightRecord.Part in
        let path = folder.runPath(part(model, benchmark))
        do {
          guard FileManager.default.fileExists(atPath: path + "/run.json") else {
            throw NightlyError(
              .damagedNight, "no shard has answered anything", at: Location(file: path))
          }
          let scored = try ScoredRun(
            RunDirectory(opening: path), benchmark: benchmark.benchmark,
            profiles: .one(benchmark.profile))
          try scored.write()
          return part(model, benchmark, scored)
        } catch {
          note("\(model.name), \(benchmark.benchmark.title): \(render(error))")
          return failedPart(model, benchmark, problem: render(error))
        }
      }
    }
    return try finish(parts, note: note)
  }
}
