/// Which keys each query of an attention call may see, as a prefix of every segment of the keys.
///
/// The model's masks compare position ids: query `a` sees key `b` where `id(a) >= id(b)`. Inside a
/// segment (vision tokens, newlines, text, proxies) ids never decrease, so what a query sees of it
/// is a prefix, and a mask of `queries x keys` booleans shrinks to `queries x segments` counts.
/// Keys that are not visible are never multiplied.
public struct VisibleKeys: Sendable, Equatable {
  /// The first key of each segment; segments are in ascending order and do not overlap.
  public let segmentStarts: [Int]
  /// How many keys of each segment a query sees. // [queries, segments]
  public let counts: [Int32]
  /// A key that each query sees beside those, which none of its prefixes may hold; -1 for none. nil
  /// where no query has one. // [queries]
  public let ownKeys: [Int32]?
  public let queries: Int

  public init(segmentStarts: [Int], counts: [Int32], ownKeys: [Int32]? = nil) {
    precondition(!segmentStarts.isEmpty && counts.count % segmentStarts.count == 0)
    self.segmentStarts = segmentStarts
    self.counts = counts
    self.ownKeys = ownKeys
    self.queries = counts.count / segmentStarts.count
    precondition(ownKeys == nil || ownKeys?.count == queries)
  }

  /// The same, and each query sees the key of these beside it.
  public func seeing(own keys: [Int32]) -> VisibleKeys {
    VisibleKeys(segmentStarts: segmentStarts, counts: counts, ownKeys: keys)
  }

  /// A run of keys with the position ids of its members.
  public struct Segment: Sendable {
    /// The first key of the run in the attention's key matrix.
    public let start: Int
    /// Position ids, never decreasing.
    public let positions: [Int]

    public init(start: Int, positions: [Int]) {
      self.start = start
      self.positions = positions
    }
  }

  /// The rule of the model: a query sees every key whose position id is not larger than its own.
  ///
  /// - Parameter hides: `(query, segment) -> Bool` for pairs that are cut altogether (text never
  ///   sees proxies ...).
  public init(
    queryPositions: [Int], segments: [Segment],
    hides: (_ query: Int, _ segment: Int) -> Bool = { _, _ in false }
  ) {
    var counts: [Int32] = []
    counts.reserveCapacity(queryPositions.count * segments.count)
    for (query, position) in queryPositions.enumerated() {
      for (index, segment) in segments.enumerated() {
        counts.append(
          hides(query, index) ? 0 : Int32(Self.count(in: segment.positions, notAbove: position)))
      }
    }
    self.init(segmentStarts: segments.map(\.start), counts: counts)
  }

  /// Every query sees all of `keys` keys.
  public static func all(queries: Int, keys: Int) -> VisibleKeys {
    VisibleKeys(segmentStarts: [0], counts: [Int32](repeating: Int32(keys), count: queries))
  }

  /// What consecutive queries see.
  public subscript(queries range: Range<Int>) -> VisibleKeys {
    if range == 0..<queries { return self }
    let segments = segmentStarts.count
    return VisibleKeys(
      segmentStarts: segmentStarts,
      counts: Array(counts[range.lowerBound * segments..<range.upperBound * segments]),
      ownKeys: ownKeys.map { Array($0[range]) })
  }

  /// The key ranges that one query sees.
  public func ranges(of query: Int) -> [Range<Int>] {
    let prefixes = segmentStarts.indices.map { segment in
      let start = segmentStarts[segment]
      return start..<start + Int(counts[query * segmentStarts.count + segment])
    }
    guard let own = ownKeys?[query], own >= 0 else { return prefixes }
    return prefixes + [Int(own)..<Int(own) + 1]
  }

  /// The number of keys that one query sees.
  public func visibleCount(of query: Int) -> Int {
    ranges(of: query).reduce(0) { $0 + $1.count }
  }

  /// The number of visible (query, key) pairs.
  public var totalVisible: Int {
    counts.reduce(0) { $0 + Int($1) } + (ownKeys?.count { $0 >= 0 } ?? 0)
  }

  /// How many of the ascending `positions` are not above `limit` (binary search).
  private static func count(in positions: [Int], notAbove limit: Int) -> Int {
    var low = 0
    var high = positions.count
    while low < high {
      let middle = (low + high) / 2
      if positions[middle] <= limit { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
