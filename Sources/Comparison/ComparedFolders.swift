import Diagnostics
public import Evaluation

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

  /// Reads run directories, or folders that hold them at any depth.
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

  /// Whether a path is a run directory or a folder with one below it.
  /// - Throws: `EvaluationError` where a folder cannot be looked into.
  public static func holdsRuns(_ path: String) throws -> Bool {
    try !RunDirectory.placesBelow(path).isEmpty
  }

  /// The run at `path`, or the runs below it, by their places; renamed old runs are left out.
  private static func runs(in path: String) throws -> [Found] {
    let places = try RunDirectory.placesBelow(path)
    // Nothing there: the usual error says why.
    return try (places.isEmpty ? [""] : places).map { place in
      Found(
        run: try RunDirectory(opening: place.isEmpty ? path : path + "/" + place), place: place)
    }
  }
}
