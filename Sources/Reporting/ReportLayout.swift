import Diagnostics
public import Evaluation

/// How `report` arranges runs.
public enum ReportLayout: String, Sendable, CaseIterable {
  /// A row per model and method, a column per benchmark.
  case paper
  /// A row per run, with its ledger.
  case figures

  /// - Throws: ``ReportingError`` `unknown-name` with the nearest name.
  public static func named(_ name: String) throws(ReportingError) -> ReportLayout {
    if let layout = ReportLayout(rawValue: name.lowercased()) { return layout }
    throw ReportingError(
      .unknownName,
      "unknown layout \"\(name)\"; \(suggestion(for: name, among: allCases.map(\.rawValue)))")
  }
}

/// `OLD=NEW` pairs separated by commas.
public enum NewNames {
  /// - Throws: ``ReportingError`` `invalid-data` for a part without an equals sign.
  public static func parse(_ texts: [String]) throws(ReportingError) -> [String: String] {
    var names: [String: String] = [:]
    for part in texts.flatMap({ $0.split(separator: ",") }) {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2, !sides[0].isEmpty else {
        throw ReportingError(
          .invalidData, "--rename takes OLD=NEW, separated by commas, not \"\(part)\"")
      }
      names[String(sides[0])] = String(sides[1])
    }
    return names
  }
}

extension PaperTable {
  /// The layout that fits: the paper's where several benchmarks meet several models, or where
  /// something is asked for that only it has.
  public static func layout(of runs: [ScoredRun], options: Options) -> ReportLayout {
    let benchmarks = Set(runs.map(\.benchmark.name))
    let models = Set(runs.compactMap { $0.scores.first.map { "\($0.manifest.model.properties)" } })
    let isAskedFor =
      options.columns != nil || options.sort != nil || !options.names.isEmpty
      || !options.published.isEmpty || !options.costs.isEmpty
    return isAskedFor || benchmarks.count > 1 && models.count > 1 ? .paper : .figures
  }
}
