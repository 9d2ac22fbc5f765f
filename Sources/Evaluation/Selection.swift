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
    let start = min(offset, ids.count)
    return Array(start..<min(ids.count, start + min(limit ?? ids.count, ids.count)))
  }

  var json: JSONValue {
    if let ids { return ["samples": .array(ids.map { .string($0) })] }
    return ["offset": .integer(offset), "limit": limit.map { .integer($0) } ?? .null]
  }

  init(_ node: JSONNode) throws(DataFormatError) {
    ids = try node.optional("samples")?.strings()
    offset = try node.optional("offset")?.int() ?? 0
    limit = try node.optional("limit")?.int()
  }
}
