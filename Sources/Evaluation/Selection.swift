import DataFormats
import Diagnostics

/// Which samples of a benchmark are asked: `--offset`, `--limit`, `--samples`.
public struct Selection: Sendable, Equatable {
  /// How many samples are left out at the start of the data.
  public var offset: Int
  /// How many are asked at most; nil: all.
  public var limit: Int?
  /// Ids, in place of offset and limit; nil: by place.
  public var ids: [String]?

  public init(offset: Int = 0, limit: Int? = nil, ids: [String]? = nil) {
    self.offset = offset
    self.limit = limit
    self.ids = ids
  }

  public static let all = Selection()

  /// The places of the selected samples, ascending.
  /// - Throws: ``EvaluationError`` `invalid-selection` for an id that no sample has.
  public func indices(in ids: [String]) throws(EvaluationError) -> [Int] {
    if let wanted = self.ids {
      let places = Dictionary(
        ids.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
      var indices: [Int] = []
      for id in wanted {
        guard let place = places[id] else {
          throw EvaluationError(
            .invalidSelection,
            "no sample has the id \"\(id)\"; \(suggestion(for: id, among: Array(ids.prefix(8))))")
        }
        indices.append(place)
      }
      return Set(indices).sorted()
    }
    let start = min(max(offset, 0), ids.count)
    return Array(start..<min(ids.count, start + max(0, min(limit ?? ids.count, ids.count))))
  }

  /// A run that would ask nothing is a slip of the command line.
  /// - Throws: ``EvaluationError`` `invalid-selection` where no sample is selected.
  func checkSelectsAny(of count: Int) throws(EvaluationError) {
    if let ids {
      guard !ids.isEmpty else {
        throw EvaluationError(.invalidSelection, "no sample is named; give at least one id")
      }
    } else if count > 0, offset >= count || limit == 0 {
      throw EvaluationError(
        .invalidSelection,
        limit == 0
          ? "a limit of 0 selects no sample"
          : "the offset \(offset) lies beyond the end: the data has \(count) samples")
    }
  }

  var json: JSONValue {
    if let ids { return ["samples": .array(ids.map { .string($0) })] }
    return ["offset": .integer(offset), "limit": limit.map { .integer($0) } ?? .null]
  }

  init(_ node: JSONNode) throws(DataFormatError) {
    func count(_ key: String) throws(DataFormatError) -> Int? {
      guard let number = try node.optional(key)?.int() else { return nil }
      guard number >= 0 else { throw try node[key].mismatch("a number that is not negative") }
      return number
    }
    ids = try node.optional("samples")?.strings()
    offset = try count("offset") ?? 0
    limit = try count("limit")
  }
}
