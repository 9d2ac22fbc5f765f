import Synchronization

/// Counts the multiply-adds of matrix products and attention that were really executed; masked
/// pairs are not among them.
public final class OperationCounter: Sendable {
  private let count = Atomic<Int>(0)
  private let tiles = Atomic<Int>(0)

  /// Multiply-adds since the start or the last ``reset()``.
  public var multiplyAdds: Int { count.load(ordering: .relaxed) }

  /// Tiles of at most 8 rows by ``Compute/keysPerTile`` keys that tiled attention multiplied: what
  /// it costs, where ``multiplyAdds`` counts what it is for. // since the last ``reset()``
  public var scoreTiles: Int { tiles.load(ordering: .relaxed) }

  public func reset() {
    count.store(0, ordering: .relaxed)
    tiles.store(0, ordering: .relaxed)
  }

  func add(scoreTiles: Int) { tiles.wrappingAdd(scoreTiles, ordering: .relaxed) }

  /// Counts work that is done outside this module's operators.
  public func add(_ multiplyAdds: Int) { count.wrappingAdd(multiplyAdds, ordering: .relaxed) }
}
