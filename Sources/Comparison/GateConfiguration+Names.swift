import Diagnostics
public import Evaluation

/// The names by which figures are meant: `docvqa/anls`, or `docvqa` for all of a benchmark that
/// decide.
extension GateConfiguration {
  /// The figures that decide together, fixed before any answer is known: those of the family, or of
  /// all benchmarks.
  ///
  /// - Parameters:
  ///   - benchmarks: those that are asked
  ///   - known: every benchmark there is
  public func figureKeys(of benchmarks: [any Benchmark], known: [any Benchmark]) -> [String] {
    func deciding(_ benchmark: any Benchmark) -> [String] {
      benchmark.figures(of: []).filter { $0.margin != nil }.map { "\(benchmark.name)/\($0.name)" }
    }
    guard let family else { return benchmarks.flatMap(deciding) }
    var keys: [String] = []
    for name in family {
      let members = known.first { $0.name == name }.map(deciding) ?? []
      for key in members.isEmpty ? [name] : members where !keys.contains(key) { keys.append(key) }
    }
    return keys
  }

  /// Checks that every name in the margins and in the family is that of a figure.
  ///
  ///     try gate.checkNames(among: BenchmarkRegistry.all) { _ in nil }
  ///
  /// - Parameters:
  ///   - benchmarks: every benchmark there is
  ///   - samples: the questions of a benchmark, whose categories are figures too; nil where they
  ///     are not at hand. Asked for only where a name needs them.
  /// - Throws: ``ComparisonError`` `unknown-name` with the nearest name.
  public func checkNames(
    among benchmarks: [any Benchmark], samples: (any Benchmark) -> [Sample]?
  ) throws(ComparisonError) {
    for name in margins.keys.sorted() + (family ?? []) {
      try Self.check(name, among: benchmarks, samples: samples)
    }
  }

  /// Checks one name; see ``checkNames(among:samples:)``.
  public static func check(
    _ name: String, among benchmarks: [any Benchmark], samples: (any Benchmark) -> [Sample]?
  ) throws(ComparisonError) {
    let names = benchmarks.map(\.name) + [suite]
    guard !names.contains(name) else { return }
    let parts = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let first = parts.first.map(String.init) ?? name
    guard parts.count == 2, let benchmark = benchmarks.first(where: { $0.name == first }) else {
      throw ComparisonError(
        .unknownName, "unknown figure \"\(name)\"; \(suggestion(for: first, among: names))")
    }
    func keys(_ samples: [Sample]) -> [String] {
      benchmark.figures(of: samples).map { "\(first)/\($0.name)" }
    }
    let always = keys([])
    if always.contains(name) { return }
    let samples = samples(benchmark)
    let all = samples.map(keys) ?? always
    guard !all.contains(name) else { return }
    // Categories are named by the data. Where that is not there, only what is nearly the name of a
    // figure is known to be wrong: a night must not end for the rest.
    if samples == nil, !suggestion(for: name, among: all).hasPrefix("did you mean") { return }
    throw ComparisonError(
      .unknownName,
      "\(benchmark.title) has no figure \"\(parts[1])\"; \(suggestion(for: name, among: all))")
  }
}
