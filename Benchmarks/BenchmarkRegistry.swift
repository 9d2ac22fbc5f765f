import Diagnostics
import Evaluation

/// Every benchmark there is.
public enum BenchmarkRegistry {
  public static let all: [any Benchmark] = [
    DocVQA(), ChartQA(), InfoVQA(), OCRBench(), TextVQA(), MMBench(), MME(), RefCOCO(), CCpdf(),
  ]

  /// The benchmark with this name, whatever its letters' case.
  /// - Throws: ``EvaluationError`` `unknown-name` with the nearest name.
  public static func named(_ name: String) throws(EvaluationError) -> any Benchmark {
    if let benchmark = all.first(where: { $0.name == name.lowercased() }) { return benchmark }
    throw EvaluationError(.unknownName, "unknown benchmark \"\(name)\"; \(suggestion(for: name, among: all.map(\.name)))")
  }

  /// A folder's data for one benchmark, or for every benchmark whose data it is recognised to hold.
  /// - Throws: ``EvaluationError`` `unknown-format` where nothing is recognised, and what ``OpenedData`` throws.
  public static func data(
    in folder: String, benchmark: (any Benchmark)?, layoutName: String? = nil
  ) throws -> [(benchmark: any Benchmark, data: OpenedData)] {
    if let benchmark { return [(benchmark, try OpenedData(benchmark, path: folder, layoutName: layoutName))] }
    var found: [(any Benchmark, OpenedData)] = []
    for benchmark in all {
      do {
        found.append((benchmark, try OpenedData(benchmark, path: folder, layoutName: layoutName)))
      } catch let error as EvaluationError where [.unknownFormat, .unknownName].contains(error.code) {
        continue
      }
    }
    guard !found.isEmpty else {
      throw EvaluationError(
        .unknownFormat, "no benchmark's data was recognised here; name one with --benchmark to see what was looked for",
        at: Location(file: folder))
    }
    return found
  }
}
