public import Tensor

/// Reproducible data for tests and measurements: a linear congruential generator, values in -1 ..<
/// 1.
public struct RandomValues {
  private var state: UInt64

  public init(seed: Int) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  public mutating func next() -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(Int32(truncatingIfNeeded: state >> 32)) / Float(1 << 31)
  }

  public mutating func below(_ limit: Int) -> Int {
    Int((next() + 1) / 2 * Float(limit)) % max(limit, 1)
  }

  public mutating func vector(_ count: Int) -> [Float] { (0..<count).map { _ in next() } }

  public mutating func matrix(_ rows: Int, _ columns: Int) -> Matrix {
    Matrix(rows: rows, columns: columns, values: vector(rows * columns))
  }
}
