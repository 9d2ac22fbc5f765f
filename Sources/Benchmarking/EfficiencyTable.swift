import Checkpoints
import Diagnostics
public import Reporting

extension EfficiencyBench {
  /// Measurements at one depth, or at several to check how they scale, as one table with the
  /// published figures beside them.
  public static func table(_ measurements: [Measurement]) -> ResultTable {
    let isScaled = measurements.contains { $0.fullDepth ?? $0.layers != $0.layers }
    var columns: [ResultTable.Column] = [
      .init("Method", importance: .essential),
      .init("TFLOP (paper's count)", importance: .low),
      .init("FLOPs reduced", importance: .essential), .init("Published %", importance: .normal),
      .init("Executed G multiply-adds", importance: .low),
      .init("Executed reduced", importance: .normal), .init("Prefill s", importance: .essential),
      .init("Time reduced", importance: .essential), .init("Published time %", importance: .normal),
    ]
    if measurements.count > 1 { columns.insert(.init("Layers", importance: .high), at: 1) }
    if isScaled {
      columns += [
        "Full depth s", "Full depth time reduced", .init("At full depth", importance: .detail),
      ]
    }
    columns += [
      .init("Vision tokens in the FFN, layer by layer", importance: .detail),
      .init("KV cache MiB", importance: .low), .init("Peak memory MiB", importance: .normal),
    ]
    var table = ResultTable(columns: columns)
    if let first = measurements.first {
      table.fact("architecture", .text(first.architecture))
      table.fact("layers", .integer(first.fullDepth ?? first.layers))
    }
    for measurement in measurements {
      for row in measurement.rows {
        append(
          row, of: measurement, isScaled: isScaled, hasLayers: measurements.count > 1, to: &table)
      }
    }
    table.notes = measurements.map { "\($0.depth), \($0.setting)." }
    table.notes.append(
      """
      Published: ProxyV paper, prefill of five crops and 50 text tokens on one H100, eager \
      attention. Peak memory: of the whole process while the method ran, weights included.
      """
    )
    if isScaled {
      table.notes.append(
        """
        Full depth: the measured time multiplied by the multiply-adds of the same method at the \
        full depth over those at this depth. Start layers stand in proportion.
        """
      )
    }
    table.notes += check(measurements)
    return table
  }

  private static func append(
    _ row: Row, of measurement: Measurement, isScaled: Bool, hasLayers: Bool,
    to table: inout ResultTable
  ) {
    guard let first = measurement.rows.first else { return }
    let isFirst = row.method == first.method
    func reduced(_ share: MeasuredRuns) -> ResultTable.Cell { isFirst ? .empty : .share(share) }
    func scaled(_ row: Row) -> MeasuredRuns? {
      row.depthFactor.map { factor in row.seconds.map { $0 * factor } }
    }
    var cells: ResultTable.Row = ["Method": .text(row.method)]
    if hasLayers { cells["Layers"] = .integer(measurement.layers) }
    let isSmall = (first.counted?.flops ?? 0) < 1e11
    if let counted = row.counted {
      cells["TFLOP (paper's count)"] = .number(
        counted.flops * 1e-12, decimals: isSmall ? 5 : 2)
      cells["FLOPs reduced"] = reduced(MeasuredRuns([counted.reduction / 100]))
      cells["Published %"] = counted.published?.flops.map { .number($0, decimals: 0) } ?? .empty
      cells["Published time %"] = counted.published?.time.map { .number($0, decimals: 0) } ?? .empty
    }
    cells["Executed G multiply-adds"] = .number(Double(row.executed) * 1e-9, decimals: 1)
    cells["Executed reduced"] = reduced(
      MeasuredRuns([1 - Double(row.executed) / Double(first.executed)]))
    cells["Prefill s"] = .measured(row.seconds, decimals: 3)
    cells["Time reduced"] = reduced((row.seconds / first.seconds).map { 1 - $0 })
    if isScaled { cells["At full depth"] = .text(row.fullName) }
    if isScaled, let own = scaled(row) {
      cells["Full depth s"] = .measured(own, decimals: 3)
      if let base = scaled(first) {
        cells["Full depth time reduced"] = reduced((own / base).map { 1 - $0 })
      }
    }
    cells["Vision tokens in the FFN, layer by layer"] = .text(row.tokens)
    cells["KV cache MiB"] = .number(Double(row.cacheBytes) / Double(1 << 20), decimals: 1)
    cells["Peak memory MiB"] =
      row.peakBytes.map { .number(Double($0) / Double(1 << 20), decimals: 0) } ?? .empty
    table.append(cells)
  }

  /// How far times that were scaled up from fewer layers are from those measured at the full depth.
  private static func check(_ measurements: [Measurement]) -> [String] {
    guard let full = measurements.first(where: { $0.layers == $0.fullDepth }) else { return [] }
    return measurements.filter { $0.layers != full.layers && $0.shape == full.shape }.map {
      shallow in
      let errors = shallow.rows.compactMap { row -> String? in
        guard let factor = row.depthFactor,
          let same = full.rows.first(where: { $0.fullName == row.fullName })
        else { return nil }
        let error = 100 * (row.seconds.median * factor / same.seconds.median - 1)
        return
          """
          \(same.method) \
          \(error < 0 ? "" : "+")\(ResultTable.Cell.number(error, decimals: 1).shown) %
          """
      }
      return
        """
        Scaling checked, time predicted from \(shallow.layers) layers against time measured \
        with \(full.layers): \(errors.joined(separator: ", ")).
        """
    }
  }
}

extension EfficiencyBench.Measurement {
  /// How much of the shape was computed: `vicuna-7b with 8 of 32 layers`.
  var depth: String {
    guard let shape, let fullDepth else {
      return "\(layers) layers of a shape that the paper does not have"
    }
    return "\(shape.rawValue) with \(layers) of \(fullDepth) layers"
  }
}
