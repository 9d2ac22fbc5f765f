public import DataFormats
import OrderedCollections
import Statistics

/// Lines of `coverage`: two runs to what became of every question, and the difference that is
/// certain whatever the questions that were not compared would have given.
public enum CoverageVectors {
  public static let name = "coverage"

  /// The result of one line, in the shape of its `expected`; a repeated id is
  /// `{"error": "duplicate_id"}`.
  /// - Throws: ``ComparisonError`` for an unknown kind; `DataFormatError` for a line that lacks an
  ///   input.
  public static func result(line: JSONNode) throws -> JSONValue {
    guard try line["kind"].string() == name else {
      throw ComparisonError(
        .invalidLine, "coverage has no lines of kind \"\(try line["kind"].string())\"",
        at: line.location)
    }
    let a = try line["a"].list().map(entry)
    let b = try line["b"].list().map(entry)
    guard let coverage = try? Coverage(a, b) else { return ["error": "duplicate_id"] }
    var members: OrderedDictionary<String, JSONValue> = [:]
    for kind in Coverage.Class.allCases { members[kind.rawValue] = ids(coverage.ids(kind)) }
    members["newly_failed"] = ids(coverage.newlyFailed)
    members["recovered"] = ids(coverage.recovered)
    members["failed_both"] = ids(coverage.failedBoth)
    let total = coverage.rows.count
    members["total"] = .integer(total)
    let differences = coverage.rows.compactMap { row -> Double? in
      guard row.kind == .compared, let placeA = row.a, let placeB = row.b,
        let scoreA = a[placeA].score, let scoreB = b[placeB].score
      else { return nil }
      return scoreB - scoreA
    }
    let mean =
      differences.isEmpty ? nil : differences.reduce(0, +) / Double(differences.count)
    members["delta"] = mean.map { .number($0) } ?? .null
    let compared = Double(differences.count) * (mean ?? 0)
    let others = Double(total - differences.count)
    members["worst"] = total == 0 ? .null : .number((compared - others) / Double(total))
    members["best"] = total == 0 ? .null : .number((compared + others) / Double(total))
    return .object(members)
  }

  private static func ids(_ ids: [String]) -> JSONValue { .array(ids.map { .string($0) }) }

  private static func entry(_ node: JSONNode) throws -> Coverage.Entry {
    guard let status = Coverage.Entry.Status(rawValue: try node["status"].string()) else {
      throw try node["status"].mismatch("answered, failed or missing")
    }
    return Coverage.Entry(
      id: try node["id"].string(), question: try node["question"].string(),
      references: try node["references"].strings(), status: status,
      score: try node.optional("score").map(StatisticsVectors.number))
  }
}
