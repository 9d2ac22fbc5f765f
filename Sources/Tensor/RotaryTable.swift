import Foundation

/// Cosines and sines of rotary position embeddings (RoPE, half-split form) for a list of position ids.
public struct RotaryTable: Sendable {
  let half: Int
  let cosines: [Float]  // [tokens, headDimension / 2]
  let sines: [Float]  // [tokens, headDimension / 2]

  /// `angle(p, i) = p · θ^(-2i/h)` in float32, as the official code computes it.
  public init(positions: [Int], headDimension: Int, theta: Double) {
    half = headDimension / 2
    let frequencies = (0..<half).map { Float(1) / pow(Float(theta), Float(2 * $0) / Float(headDimension)) }
    var cosines: [Float] = []
    var sines: [Float] = []
    cosines.reserveCapacity(positions.count * half)
    sines.reserveCapacity(positions.count * half)
    for position in positions {
      for frequency in frequencies {
        let angle = Float(position) * frequency
        cosines.append(cos(angle))
        sines.append(sin(angle))
      }
    }
    self.cosines = cosines
    self.sines = sines
  }
}

extension Compute {
  /// Rotates every head of every row: `(x1 cos - x2 sin, x2 cos + x1 sin)` with x1 the first half of a head.
  public func rotate(_ x: inout Matrix, by table: RotaryTable) {
    let half = table.half
    let heads = x.columns / (2 * half)
    for row in 0..<x.rows {
      for head in 0..<heads {
        let start = row * x.columns + head * 2 * half
        for i in 0..<half {
          let c = table.cosines[row * half + i]
          let s = table.sines[row * half + i]
          let first = x.values[start + i]
          let second = x.values[start + half + i]
          x.values[start + i] = first * c - second * s
          x.values[start + half + i] = second * c + first * s
        }
      }
    }
  }
}
