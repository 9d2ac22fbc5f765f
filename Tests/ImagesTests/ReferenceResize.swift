import Images

/// Pillow's resize written down directly from docs/model.md, with no regard to speed: the
/// oracle of the fast kernels.
func referenceResize(_ image: RGBImage, width: Int, height: Int) -> [UInt8] {
  var samples = image.pixels
  if width != image.width {
    samples = resizeAxis(samples, before: image.height, input: image.width, output: width, after: 3)
  }
  if height != image.height {
    samples = resizeAxis(samples, before: 1, input: image.height, output: height, after: width * 3)
  }
  return samples
}

/// Resizes the middle axis of an array `[before, input, after]` to `[before, output, after]`.
private func resizeAxis(
  _ samples: [UInt8], before: Int, input: Int, output: Int, after: Int
) -> [UInt8] {
  let scale = Double(input) / Double(output)
  let filterScale = max(scale, 1.0)
  let support = 2.0 * filterScale
  var resized = [UInt8](repeating: 0, count: before * output * after)
  for i in 0..<output {
    let center = (Double(i) + 0.5) * scale
    let low = max(Int(center - support + 0.5), 0)
    let high = min(Int(center + support + 0.5), input)
    var weights = (low..<high).map { cubic((Double($0) - center + 0.5) * (1.0 / filterScale)) }
    var sum = 0.0
    for weight in weights { sum += weight }
    weights = weights.map { $0 / sum }
    let fixed = weights.map { Int($0 * 4_194_304.0 + ($0 < 0 ? -0.5 : 0.5)) }
    for b in 0..<before {
      for a in 0..<after {
        var total = 1 << 21
        for (t, weight) in fixed.enumerated() {
          total += Int(samples[(b * input + low + t) * after + a]) * weight
        }
        resized[(b * output + i) * after + a] = UInt8(min(max(total >> 22, 0), 255))
      }
    }
  }
  return resized
}

private func cubic(_ position: Double) -> Double {
  let a = -0.5
  let t = abs(position)
  if t < 1.0 { return ((a + 2.0) * t - (a + 3.0)) * t * t + 1.0 }
  if t < 2.0 { return (((t - 5.0) * t + 8.0) * t - 4.0) * a }
  return 0.0
}
