import Diagnostics
import Dispatch
import Foundation
import Metrics

/// Reads finished nights for the history, several at once.
struct HistoryReading {
  typealias Night = (record: NightRecord, runs: [HistoryRun])

  private let folders: [NightFolder]

  init(_ folders: [NightFolder]) { self.folders = folders }

  /// The nights that can be read, in order; what cannot be is named and left out.
  func nights(note: (String) -> Void) -> [Night] {
    let results = Results(count: folders.count)
    // A thread reads nights that follow each other: they have most in common.
    let threads = min(folders.count, ProcessInfo.processInfo.activeProcessorCount)
    let folders = folders
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      let memory = HistoryMemory()
      let first = folders.count * thread / threads
      for place in first..<folders.count * (thread + 1) / threads {
        results.set(place, Self.read(folders[place], known: memory))
      }
    }
    return results.all.compactMap { result in
      for text in result.notes { note(text) }
      return result.night
    }
  }

  private static func read(
    _ folder: NightFolder, known: HistoryMemory
  ) -> (night: Night?, notes: [String]) {
    var notes: [String] = []
    do {
      let record = try folder.record()
      let runs = runs(of: record, in: folder, known: known) { notes.append($0) }
      return ((record, runs), notes)
    } catch {
      return (nil, ["left out: \(render(error))"])
    }
  }

  /// The runs of a night; one that cannot be read is named and left out.
  static func runs(
    of record: NightRecord, in folder: NightFolder, known: HistoryMemory, note: (String) -> Void
  ) -> [HistoryRun] {
    record.parts.compactMap { part in
      let path = folder.runPath(NightPart(model: part.model, benchmark: part.benchmark))
      guard FileManager.default.fileExists(atPath: path + "/run.json") else { return nil }
      do {
        // The profile that the night scored with.
        let profile = part.profile.flatMap { try? Profile.named($0) } ?? .lmmsEval
        return try HistoryRun(
          path, night: record.night, model: part.model, profile: profile, known: known)
      } catch {
        note("left out: \(render(error))")
        return nil
      }
    }
  }

  /// One place per night, each filled by one thread.
  private final class Results: @unchecked Sendable {
    private let lock = NSLock()
    private var values: [(night: Night?, notes: [String])]

    init(count: Int) { values = Array(repeating: (nil, []), count: count) }

    func set(_ place: Int, _ value: (night: Night?, notes: [String])) {
      lock.withLock { values[place] = value }
    }

    var all: [(night: Night?, notes: [String])] { lock.withLock { values } }
  }
}
