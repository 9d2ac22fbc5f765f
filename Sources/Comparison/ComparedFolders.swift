import Diagnostics
public import Evaluation
import Foundation

/// Two folders of runs, paired benchmark by benchmark.
///
///     let folders = try ComparedFolders("runs/monday", "runs/tuesday", options: options) { name in
///       try BenchmarkRegistry.named(name)
///     }
///     let comparison = try Comparison(folders.pairs, unpaired: folders.unpaired, options: options)
public struct ComparedFolders: Sendable {
  public private(set) var pairs: [(a: ComparedRun, b: ComparedRun)] = []
  public private(set) var unpaired: [Comparison.Unpaired] = []

  /// A run directory with its place in the folder that was named.
  private struct Found {
    let run: RunDirectory
    let place: String
  }

  /// Reads run directories, or folders that hold them up to three levels deep.
  ///
  /// Runs of one benchmark are paired; where a side has several, those in folders of the same name.
  /// - Parameter benchmark: the benchmark with a name
  /// - Throws: ``ComparisonError`` `different-benchmarks` where nothing pairs, and what reading and
  ///   scoring throw.
  public init(
    _ a: String, _ b: String, options: ComparisonOptions,
    benchmark: (String) throws -> any Benchmark
  ) throws {
    let runsA = try Self.runs(in: a)
    let runsB = try Self.runs(in: b)
    var usedB: Set<Int> = []
    for found in runsA {
      let name = found.run.manifest.benchmark
      let candidates = runsB.indices.filter { runsB[$0].run.manifest.benchmark == name }
      let isAlone = runsA.count { $0.run.manifest.benchmark == name } == 1
      let match =
        candidates.count == 1 && isAlone
        ? candidates.first : candidates.first { runsB[$0].place == found.place }
      guard let match else {
        unpaired.append(.init(benchmark: name, path: found.run.path, isInA: true))
        continue
      }
      usedB.insert(match)
      func opened(_ run: RunDirectory) throws -> ComparedRun {
        try ComparedRun(
          try RunAnswers(run), benchmark: try benchmark(name), profile: options.profile)
      }
      pairs.append((try opened(found.run), try opened(runsB[match].run)))
    }
    for (place, found) in runsB.enumerated() where !usedB.contains(place) {
      unpaired.append(
        .init(benchmark: found.run.manifest.benchmark, path: found.run.path, isInA: false))
    }
    guard !pairs.isEmpty else {
      func list(_ runs: [Found]) -> String {
        Set(runs.map(\.run.manifest.benchmark)).sorted().joined(separator: ", ")
      }
      let isSame = !Set(runsA.map(\.run.manifest.benchmark)).isDisjoint(
        with: runsB.map(\.run.manifest.benchmark))
      throw ComparisonError(
        .differentBenchmarks,
        isSame
          ? "several runs of \(list(runsA)) lie in \(a) or \(b), and none lie in folders of the same"
            + " name; name one run on each side"
          : "A holds \(list(runsA)) (\(a)) and B holds \(list(runsB)) (\(b)):"
            + " no benchmark is on both sides"
      )
    }
  }

  private static let depth = 3

  /// Whether a path is a run directory or a folder with one below it.
  public static func holdsRuns(_ path: String) -> Bool { holdsRuns(path, depth: depth) }

  private static func holdsRuns(_ path: String, depth: Int) -> Bool {
    if FileManager.default.fileExists(atPath: path + "/run.json") { return true }
    guard depth > 0, let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      return false
    }
    return names.contains {
      !$0.contains(".before-") && holdsRuns(path + "/" + $0, depth: depth - 1)
    }
  }

  /// The run at `path`, or the runs below it, by their places; renamed old runs are left out.
  private static func runs(in path: String) throws -> [Found] {
    let found = try below(path, place: "", depth: depth)
    // Nothing there: the usual error says why.
    return found.isEmpty ? [Found(run: try RunDirectory(opening: path), place: "")] : found
  }

  private static func below(_ path: String, place: String, depth: Int) throws -> [Found] {
    if FileManager.default.fileExists(atPath: path + "/run.json") {
      return [Found(run: try RunDirectory(opening: path), place: place)]
    }
    guard depth > 0, let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      return []
    }
    return try names.sorted().filter { !$0.contains(".before-") && !$0.hasPrefix(".") }.flatMap {
      try below(path + "/" + $0, place: place.isEmpty ? $0 : place + "/" + $0, depth: depth - 1)
    }
  }
}
