import Tensor

extension KernelBenchRun {
  /// Attention: bound by arithmetic where many queries share the keys, by memory where few do.
  func attention(_ name: String, _ size: AttentionCase, _ compute: Compute) throws {
    let (queries, keys, values) = size.inputs
    let d = size.headDimension
    let visible = size.visible
    let scale = 1 / Float(d).squareRoot()
    let decodes = size.queries < 8 && name != "odd"
    // As a model keeps them between steps, unless told otherwise.
    let cached =
      decodes && compute.roundsToBF16 ? (keys: keys.roundedRows, values: values.roundedRows) : nil
    func attend(_ queries: Matrix, _ visible: VisibleKeys) -> Matrix {
      if let cached {
        return compute.attention(
          queries: queries, keys: cached.keys, values: cached.values, headDimension: d,
          visible: visible, scale: scale)
      }
      return compute.attention(
        queries: queries, keys: keys, values: values, headDimension: d, visible: visible,
        scale: scale)
    }
    let y = attend(queries, visible)
    let rows = Self.sample(of: size.queries, places: 3)
    let segments = visible.segmentStarts.count
    let part = VisibleKeys(
      segmentStarts: visible.segmentStarts,
      counts: rows.flatMap { visible.counts[$0 * segments..<($0 + 1) * segments] })
    func rounded(_ x: Matrix) -> Matrix { compute.roundsToBF16 ? Reference.bf16(x) : x }
    let expected = Reference.attention(
      queries: rounded(queries.gathered(rows)), keys: rounded(keys), values: rounded(values),
      headDimension: d, visible: part, scale: scale)
    let errors = zip(y.gathered(rows).values, expected).map { abs(Double($0) - $1) }
    let worst = errors.contains { $0.isNaN } ? .infinity : errors.max() ?? 0

    let operations = 4 * Double(visible.totalVisible) * Double(queries.columns)
    let bytes = Double((keys.values.count + values.values.count) * (cached == nil ? 4 : 2))
    try append(
      "attention, " + name, "", size.description,
      work: decodes
        ? .bytes(bytes) : .operations(operations, peak: compute.roundsToBF16 ? .bf16 : .f32),
      error: worst,
      allowed: Reference.attentionTolerance(on: compute), compute
    ) { _ = attend(queries, visible) }
  }
}

extension Matrix {
  fileprivate var roundedRows: RoundedRows {
    var rows = RoundedRows(columns: columns)
    rows.append(self)
    return rows
  }
}
