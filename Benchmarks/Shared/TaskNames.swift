import Diagnostics
public import Evaluation
import Exchange

/// Benchmarks as people name them on a command line: by our names or lmms-eval's, with commas
/// between them, `all`.
public enum TaskNames {
  /// The word for every benchmark.
  public static let all = "all"

  /// - Throws: ``EvaluationError`` `unknown-name` naming the nearest benchmark, or what there is in
  ///   place of a task of lmms-eval.
  public static func benchmarks(_ names: [String]) throws -> [any Benchmark] {
    var found: [any Benchmark] = []
    for name in names.flatMap({ $0.split(separator: ",").map(String.init) }) {
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
