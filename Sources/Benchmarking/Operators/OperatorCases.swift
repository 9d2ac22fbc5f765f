public import Tensor

/// The sizes that every operator is tested with: tiles are 8 rows, panels 48 outputs, vectors 16,
/// groups 1024 inputs, tasks 240 rows and blocks 512 inputs, so the cases stand on both sides of
/// each.
public struct LinearCase: CustomStringConvertible, Sendable {
  public let rows: Int
  public let outputs: Int
  public let inputs: Int

  public init(rows: Int, outputs: Int, inputs: Int) {
    self.rows = rows
    self.outputs = outputs
    self.inputs = inputs
  }

  public var description: String { "\(rows) x \(outputs) x \(inputs)" }

  public static let all: [LinearCase] = [
    .init(rows: 0, outputs: 5, inputs: 3), .init(rows: 1, outputs: 1, inputs: 1),
    .init(rows: 1, outputs: 48, inputs: 64),
    .init(rows: 3, outputs: 17, inputs: 5), .init(rows: 8, outputs: 48, inputs: 512),
    .init(rows: 9, outputs: 49, inputs: 513),
    .init(rows: 16, outputs: 100, inputs: 1025), .init(rows: 17, outputs: 130, inputs: 1030),
    .init(rows: 23, outputs: 32, inputs: 2049), .init(rows: 250, outputs: 97, inputs: 258),
    .init(rows: 5, outputs: 2100, inputs: 31),
    .init(rows: 33, outputs: 2100, inputs: 7), .init(rows: 241, outputs: 16, inputs: 511),
    .init(rows: 41, outputs: 50, inputs: 1088),
  ]
}

/// Attention: a block is 64 rows, a tile 64 keys.
public struct AttentionCase: CustomStringConvertible, Sendable {
  public let queries: Int
  public let keys: Int
  public let queryHeads: Int
  public let keyHeads: Int
  public let headDimension: Int
  public let mask: Mask

  public init(
    queries: Int, keys: Int, queryHeads: Int, keyHeads: Int, headDimension: Int, mask: Mask
  ) {
    self.queries = queries
    self.keys = keys
    self.queryHeads = queryHeads
    self.keyHeads = keyHeads
    self.headDimension = headDimension
    self.mask = mask
  }

  public enum Mask: String, Sendable { case all, causal, segments }
  public var description: String {
    "\(queries) x \(keys), heads \(queryHeads)/\(keyHeads) of \(headDimension), \(mask)"
  }

  public static let all: [AttentionCase] = [
    .init(queries: 0, keys: 3, queryHeads: 1, keyHeads: 1, headDimension: 4, mask: .all),
    .init(queries: 1, keys: 1, queryHeads: 1, keyHeads: 1, headDimension: 1, mask: .all),
    .init(queries: 1, keys: 200, queryHeads: 4, keyHeads: 2, headDimension: 16, mask: .causal),
    .init(queries: 7, keys: 65, queryHeads: 3, keyHeads: 3, headDimension: 7, mask: .all),
    .init(queries: 70, keys: 130, queryHeads: 2, keyHeads: 2, headDimension: 64, mask: .causal),
    .init(queries: 130, keys: 130, queryHeads: 2, keyHeads: 1, headDimension: 128, mask: .causal),
    .init(queries: 41, keys: 190, queryHeads: 6, keyHeads: 2, headDimension: 80, mask: .segments),
    .init(queries: 67, keys: 333, queryHeads: 2, keyHeads: 2, headDimension: 33, mask: .segments),
    .init(queries: 2, keys: 1410, queryHeads: 4, keyHeads: 2, headDimension: 64, mask: .causal),
    .init(queries: 300, keys: 1300, queryHeads: 2, keyHeads: 2, headDimension: 32, mask: .causal),
    .init(queries: 90, keys: 1500, queryHeads: 2, keyHeads: 1, headDimension: 48, mask: .segments),
    .init(queries: 9, keys: 1400, queryHeads: 3, keyHeads: 3, headDimension: 96, mask: .segments),
  ]

  /// What each query sees; the last query of `segments` sees nothing.
  public var visible: VisibleKeys {
    switch mask {
    case .all: return .all(queries: queries, keys: keys)
    case .causal:
      return VisibleKeys(
        segmentStarts: [0], counts: (0..<queries).map { Int32(keys - queries + 1 + $0) })
    case .segments:
      var random = RandomValues(seed: queries)
      let starts = [0, keys / 5, keys / 5 + 3, keys / 2]
      let lengths = zip(starts, starts.dropFirst() + [keys]).map { $1 - $0 }
      let counts = (0..<queries).flatMap { query in
        lengths.map { query == queries - 1 ? 0 : Int32(query % 3 == 0 ? $0 : random.below($0 + 1)) }
      }
      return VisibleKeys(segmentStarts: starts, counts: counts)
    }
  }

  public var inputs: (queries: Matrix, keys: Matrix, values: Matrix) {
    var random = RandomValues(seed: queries + keys)
    var q = random.matrix(queries, queryHeads * headDimension)
    for i in q.values.indices { q.values[i] *= 4 }
    return (
      q, random.matrix(keys, keyHeads * headDimension),
      random.matrix(keys, keyHeads * headDimension)
    )
  }
}
