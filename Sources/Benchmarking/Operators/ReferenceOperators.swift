import Foundation
public import Tensor

/// The operators in plain Swift with 64-bit sums: the oracle for every kernel, in tests and in
/// `bench kernels`.
public enum Reference {
  /// `x Wᵀ`, with `Σ |x w|` beside it, to which rounding errors are proportional.
  public static func linear(
    _ x: Matrix, _ weights: Matrix
  ) -> (values: [Double], magnitudes: [Double]) {
    var values: [Double] = []
    var magnitudes: [Double] = []
    for row in 0..<x.rows {
      for output in 0..<weights.rows {
        var sum = 0.0
        var magnitude = 0.0
        for i in 0..<x.columns {
          let product =
            Double(x.values[row * x.columns + i]) * Double(weights.values[output * x.columns + i])
          sum += product
          magnitude += abs(product)
        }
        values.append(sum)
        magnitudes.append(magnitude)
      }
    }
    return (values, magnitudes)
  }

  public static func attention(
    queries: Matrix, keys: Matrix, values: Matrix, headDimension d: Int, visible: VisibleKeys,
    scale: Float
  ) -> [Double] {
    let queryHeads = queries.columns / d
    let group = queryHeads / (keys.columns / d)
    var output = [Double](repeating: 0, count: queries.values.count)
    for row in 0..<queries.rows {
      let seen = Set(visible.ranges(of: row).joined()).sorted()
      for head in 0..<queryHeads where !seen.isEmpty {
        let q = row * queries.columns + head * d
        let k = head / group * d
        let scores = seen.map { key in
          (0..<d).reduce(0.0) {
            $0 + Double(queries.values[q + $1]) * Double(keys.values[key * keys.columns + k + $1])
          } * Double(scale)
        }
        let largest = scores.max() ?? 0
        let weights = scores.map { exp($0 - largest) }
        let total = weights.reduce(0, +)
        for (key, weight) in zip(seen, weights) {
          for i in 0..<d {
            output[q + i] += weight / total * Double(values.values[key * values.columns + k + i])
          }
        }
      }
    }
    return output
  }

  public static func rmsNorm(_ x: Matrix, weight: [Float], epsilon: Float) -> [Double] {
    perRow(x) { row in
      let mean = row.reduce(0) { $0 + $1 * $1 } / Double(row.count)
      return row.indices.map {
        row[$0] / (mean + Double(epsilon)).squareRoot() * Double(weight[$0])
      }
    }
  }

  public static func layerNorm(
    _ x: Matrix, weight: [Float], bias: [Float], epsilon: Float
  ) -> [Double] {
    perRow(x) { row in
      let mean = row.reduce(0, +) / Double(row.count)
      let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
      return row.indices.map {
        (row[$0] - mean) / (variance + Double(epsilon)).squareRoot() * Double(weight[$0])
          + Double(bias[$0])
      }
    }
  }

  public static func silu(_ x: Double) -> Double { x / (1 + exp(-x)) }
  public static func quickGELU(_ x: Double) -> Double { x / (1 + exp(-1.702 * x)) }
  public static func gelu(_ x: Double) -> Double { 0.5 * x * erfc(-x / 2.0.squareRoot()) }

  /// Half-split rotation of each head by `position · θ^(-2i/d)`.
  public static func rotate(
    _ x: Matrix, positions: [Int], headDimension d: Int, theta: Double
  ) -> [Double] {
    var output = x.values.map(Double.init)
    for row in 0..<x.rows {
      for head in 0..<x.columns / d {
        for i in 0..<d / 2 {
          let angle = Double(
            Float(positions[row]) * (1 / Float(pow(Float(theta), Float(2 * i) / Float(d)))))
          let first = row * x.columns + head * d + i
          let (a, b) = (Double(x.values[first]), Double(x.values[first + d / 2]))
          output[first] = a * cos(angle) - b * sin(angle)
          output[first + d / 2] = b * cos(angle) + a * sin(angle)
        }
      }
    }
    return output
  }

  /// Rounds to bf16, nearest even.
  public static func bf16(_ x: Float) -> Float {
    Float(bitPattern: (x.bitPattern &+ 0x7fff &+ (x.bitPattern >> 16 & 1)) & 0xffff_0000)
  }

  public static func bf16(_ x: Matrix) -> Matrix {
    Matrix(rows: x.rows, columns: x.columns, values: x.values.map(bf16))
  }

  /// The operands that the kernels multiply: `x` after rounding or quantisation, as `weights` and
  /// the executor's precision say.
  public static func operand(_ x: Matrix, for storage: WeightStorage, on compute: Compute) -> Matrix
  {
    switch storage {
    case .f32: x
    case .bf16: compute.roundsToBF16 ? bf16(x) : x
    case .int8: int8(x)
    }
  }

  /// The largest error of `x Wᵀ`, relative to `Σ |x w|`, that the order of summation in 32-bit
  /// floats explains.
  public static func linearTolerance(inputs: Int) -> Double {
    (4 + Double(inputs).squareRoot()) * 0x1p-23
  }

  /// The largest error of attention whose values are below 1; in bf16 the probabilities are rounded
  /// to 8 bits too.
  public static func attentionTolerance(on compute: Compute) -> Double {
    compute.roundsToBF16 ? 0x1p-8 : 2e-6
  }

  /// Quantises to 8 bits per row and group of 1024, and back.
  public static func int8(_ x: Matrix) -> Matrix {
    var output = x
    for row in 0..<x.rows {
      for start in stride(from: 0, to: x.columns, by: 1024) {
        let range = row * x.columns + start..<row * x.columns + min(start + 1024, x.columns)
        let largest = x.values[range].map(abs).max() ?? 0
        // Below, 127 / largest would be infinite.
        let inverse: Float = largest >= 1e-36 ? 127 / largest : 0
        for i in range {
          output.values[i] = (x.values[i] * inverse).rounded(.toNearestOrEven) * (largest / 127)
        }
      }
    }
    return output
  }

  private static func perRow(_ x: Matrix, _ body: ([Double]) -> [Double]) -> [Double] {
    (0..<x.rows).flatMap { body(x[$0].map(Double.init)) }
  }
}
