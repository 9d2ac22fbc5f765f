import Diagnostics
import Evaluation
import Exchange

/// Every benchmark there is.
public enum BenchmarkRegistry {
  public static let all: [any Benchmark] = [
    DocVQA(), ChartQA(), InfoVQA(), OCRBench(), TextVQA(), MMBench(), MME(), RefCOCO(), CCpdf(),
    SEEDBench(), MMStar(), GQA(), MMMU(), POPE(), ScienceQA(), AI2D(), RealWorldQA(),
    STVQA(),
  ]

  /// The forms in which runs can be written for other programs.
  public static let exports = AnswerExports(all)

  /// The formats in which answers are read: those of only one benchmark, which are told by more
  /// keys, and those of every benchmark.
  public static let answerFormats: [AnswerFormat] =
    all.compactMap { $0 as? any AnswerFormatProvider }.flatMap(\.answerFormats)
    + AnswerFormat.shared

  /// The benchmark with this name, whatever its letters' case.
  /// - Throws: ``EvaluationError`` `unknown-name` with the nearest name.
  public static func named(_ name: String) throws(EvaluationError) -> any Benchmark {
    if let benchmark = all.first(where: { $0.name == name.lowercased() }) { return benchmark }
    throw EvaluationError(
      .unknownName,
      "unknown benchmark \"\(name)\"; \(suggestion(for: name, among: all.map(\.name)))")
  }

  /// A folder's data for one benchmark, or for every benchmark whose data it is recognised to hold.
  /// - Throws: ``EvaluationError`` `unknown-format` where nothing is recognised, and what
  ///   ``OpenedData`` throws.
  public static func data(
    in folder: String, benchmark: (any Benchmark)?, layoutName: String? = nil,
    choice: DataChoice = DataChoice()
  ) throws -> [(benchmark: any Benchmark, data: OpenedData)] {
    try readings(in: folder, benchmark: benchmark, layoutName: layoutName, choice: choice).map {
      ($0.benchmark, try $0.data.get())
    }
  }

  /// The same, with what is wrong in one benchmark's files kept apart from the others.
  /// - Parameter allowsRepeatedIDs: lets samples through that share an id
  /// - Throws: ``EvaluationError`` `missing-folder`, `unknown-format` where nothing is recognised,
  ///   or `unknown-split` where nothing has the split that is meant.
  public static func readings(
    in folder: String, benchmark: (any Benchmark)?, layoutName: String? = nil,
    choice: DataChoice = DataChoice(), allowsRepeatedIDs: Bool = false
  ) throws -> [(benchmark: any Benchmark, data: Result<OpenedData, any Error>)] {
    func read(_ benchmark: any Benchmark) -> Result<OpenedData, any Error> {
      Result {
        try OpenedData(
          benchmark, path: folder, layoutName: layoutName, choice: choice,
          allowsRepeatedIDs: allowsRepeatedIDs)
      }
    }
    if let benchmark { return [(benchmark, read(benchmark))] }
    let known = Set(all.flatMap(\.formats).map(\.name))
    if let layoutName, !known.contains(layoutName) {
      throw EvaluationError(
        .unknownName,
        """
        no benchmark has a format \"\(layoutName)\"; \
        \(suggestion(for: layoutName, among: known.sorted()))
        """
      )
    }
    var found: [(any Benchmark, Result<OpenedData, any Error>)] = []
    var missingSplit: EvaluationError?
    for benchmark in all {
      let data = read(benchmark)
      if case .failure(let error as EvaluationError) = data {
        if [.unknownFormat, .unknownName].contains(error.code) { continue }
        // Of data of several benchmarks, a split need not be everyone's.
        if error.code == .unknownSplit {
          missingSplit = missingSplit ?? error
          continue
        }
        // The folder is the same for all of them.
        if error.code == .missingFolder { throw error }
      }
      found.append((benchmark, data))
    }
    guard !found.isEmpty else {
      if let missingSplit { throw missingSplit }
      throw EvaluationError(
        .unknownFormat,
        """
        no benchmark's data was recognised here; name one with --benchmark to see what was \
        looked for
        """,
        at: Location(file: folder))
    }
    return found
  }
}
