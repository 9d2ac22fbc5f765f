import Diagnostics
public import Evaluation
import Exchange

/// Benchmarks as people name them on a command line: by our names or lmms-eval's, with commas
/// between them, `all`.
public enum TaskNames {
  /// The word for every benchmark.
  public static let all = "all"

  /// The names of a list, of which each may be several with commas between them.
  private static func single(_ names: [String]) -> [String] {
    names.flatMap { $0.split(separator: ",") }.map { $0.filter { !$0.isWhitespace } }
      .filter { !$0.isEmpty }
  }

  /// Whether every benchmark is meant, in whatever place of a list.
  public static func isAll(_ names: [String]) -> Bool {
    single(names).contains { $0.lowercased() == all }
  }

  /// The one benchmark that is named.
  /// - Throws: ``EvaluationError`` `unknown-name` as ``benchmarks(_:)`` does, `invalid-selection`
  ///   where none or several are named.
  public static func one(_ name: String) throws -> any Benchmark {
    let names = single([name])
    guard names.count == 1, !isAll(names) else {
      throw EvaluationError(
        .invalidSelection,
        names.isEmpty
          ? "no benchmark is named; `list` shows them"
          : "\"\(name)\" is not one benchmark; name one, and call the command for each")
    }
    return try benchmark(names[0])
  }

  /// - Throws: ``EvaluationError`` `unknown-name` naming the nearest benchmark, or what there is in
  ///   place of a task of lmms-eval; `invalid-selection` where none is named.
  public static func benchmarks(_ names: [String]) throws -> [any Benchmark] {
    var found: [any Benchmark] = []
    let names = single(names)
    guard !names.isEmpty else {
      throw EvaluationError(.invalidSelection, "no benchmark is named; `list` shows them")
    }
    for name in names {
      let more = name.lowercased() == all ? BenchmarkRegistry.all : [try benchmark(name)]
      found += more.filter { benchmark in !found.contains { $0.name == benchmark.name } }
    }
    return found
  }

  private static func benchmark(_ name: String) throws -> any Benchmark {
    let wanted = name.lowercased()
    let byTask = BenchmarkRegistry.all.first { ($0 as? any LMMsEvalTask)?.lmmsEvalTask == wanted }
    if let byTask { return byTask }
    // A task is a benchmark's name with the split behind it.
    for benchmark in BenchmarkRegistry.all where wanted.hasPrefix(benchmark.name + "_") {
      let asked = wanted.dropFirst(benchmark.name.count + 1)
      let own = benchmark.split.lowercased().replacing(" ", with: "_")
      if own == asked || own.split(separator: "_").contains(where: { $0 == asked }) {
        return benchmark
      }
      throw EvaluationError(
        .unknownName,
        """
        "\(name)" is another split or variant; \(benchmark.name) here asks \(benchmark.title) \
        \(benchmark.split), and with --split another split of the data
        """
      )
    }
    return try BenchmarkRegistry.named(name)
  }
}
