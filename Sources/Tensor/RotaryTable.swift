import Foundation

/// Cosines and sines of rotary position embeddings (RoPE, half-split form) for a list of position
/// ids.
public struct RotaryTable: Sendable {
  let half: Int
  let cosines: [Float]  // [tokens, headDimension / 2]
  let sines: [Float]  // [tokens, headDimension / 2]

  /// `angle(p, i) = p · θ^(-2i/h)` in float32, as the official code computes it.
  public init(positions: [Int], headDimension: Int, theta: Double) {
    half = headDimension / 2
    let frequencies = (0..<half).map {
      Float(1) / pow(Float(theta), Float(2 * $0) / Float(headDimension))
    }
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
