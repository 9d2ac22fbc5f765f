/// The fixed-point weights of Pillow's bicubic filter along one axis (model spec, section 2.4; the
/// same in Pillow 9.5 to 12.1).
///
/// With scale = in/out, s = max(scale, 1) and centre c = (i + 0.5) scale, output i is the weighted
/// sum of the input positions from trunc(c - 2s + 0.5) to trunc(c + 2s + 0.5), cut to the input;
/// the weights K((x - c + 0.5)/s) are divided by their sum and rounded to 22 fractional bits.
public struct ResamplingWeights: Sendable {
  /// The number of fractional bits of a weight.
  public static let fractionBits: Int32 = 22

  /// The first input position of each output.
  public private(set) var starts: [Int32]  // [outputs]
  /// The number of input positions of each output.
  public private(set) var counts: [Int32]  // [outputs]
  /// The weights, zero beyond an output's count.
  public private(set) var weights: [Int32]  // [outputs, stride]
  /// The number of weights kept per output.
  public let stride: Int

  /// The weights of the outputs in `range` when `input` positions are resized to `output`.
  public init(input: Int, output: Int, range: Range<Int>) {
    let scale = Double(input) / Double(output)
    let filterScale = max(scale, 1)
    let support = 2 * filterScale
    stride = Int(support.rounded(.up)) * 2 + 1
    starts = []
    counts = []
    weights = [Int32](repeating: 0, count: range.count * stride)
    starts.reserveCapacity(range.count)
    counts.reserveCapacity(range.count)
    let inverseScale = 1 / filterScale
    var values = [Double](repeating: 0, count: stride)
    for (row, index) in range.enumerated() {
      let center = (Double(index) + 0.5) * scale
      let first = max(Int(center - support + 0.5), 0)
      let count = max(min(Int(center + support + 0.5), input) - first, 0)
      var sum = 0.0
      for x in 0..<count {
        values[x] = Self.bicubic((Double(x + first) - center + 0.5) * inverseScale)
        sum += values[x]
      }
      for x in 0..<count {
        let value = sum != 0 ? values[x] / sum : values[x]
        weights[row * stride + x] = Self.fixedPoint(value)
      }
      starts.append(Int32(first))
      counts.append(Int32(count))
    }
  }

  /// Keys' cubic with a = -0.5, in Pillow's order of operations.
  static func bicubic(_ position: Double) -> Double {
    let a = -0.5
    let x = abs(position)
    if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
    return 0
  }

  private static func fixedPoint(_ value: Double) -> Int32 {
    Int32(value * Double(1 << fractionBits) + (value < 0 ? -0.5 : 0.5))
  }
}
