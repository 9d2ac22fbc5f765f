import ProxyVModel

/// The paper's cost table: FLOPs, measured time, tokens and cache of several methods, published figures beside them.
public struct EfficiencyReport: Sendable {
  /// One method of the table.
  public struct Row: Sendable {
    public var measurement: EfficiencyStudy.Measurement
    /// FLOPs as the paper counts them; nil for a method that it does not count.
    public var paperFLOPs: Double?
    /// Prefill FLOPs reduction in the paper's accounting, percent.
    public var paperReduction: Double?
    public var published: PublishedTables.Reduction?

    public init(
      measurement: EfficiencyStudy.Measurement, paperFLOPs: Double?, paperReduction: Double?, published: PublishedTables.Reduction?
    ) {
      self.measurement = measurement
      self.paperFLOPs = paperFLOPs
      self.paperReduction = paperReduction
      self.published = published
    }
  }

  /// The table; the first row is what the others are compared with.
  public static func table(_ rows: [Row], notes: [String]) -> ResultTable {
    var table = ResultTable([
      ("Method", false), ("TFLOP (paper's count)", true), ("FLOPs reduced %", true), ("Published %", true), ("Multiply-adds executed, G", true),
      ("Executed reduced %", true), ("Prefill s", true), ("± %", true), ("Time reduced %", true), ("Published time %", true),
      ("Vision or proxy tokens per layer", true), ("KV cache MiB", true),
    ])
    guard let base = rows.first?.measurement else { return table }
    for row in rows {
      let measured = row.measurement
      let isBase = measured.method == base.method
      func reduction(_ value: Double, _ reference: Double) -> ResultTable.Cell { isBase ? .none : .number(100 * (1 - value / reference), decimals: 1) }
      let tokens = measured.tokensPerLayer
      table.append([
        .text(measured.method), row.paperFLOPs.map { .number($0 * 1e-12, decimals: 2) } ?? .none,
        isBase ? .none : row.paperReduction.map { .number($0, decimals: 1) } ?? .none,
        row.published?.flops.map { .number($0, decimals: 0) } ?? .none, .number(Double(measured.multiplyAdds) * 1e-9, decimals: 1),
        reduction(Double(measured.multiplyAdds), Double(base.multiplyAdds)), .number(measured.median, decimals: 3),
        .number(100 * measured.spread, decimals: 1), reduction(measured.median, base.median),
        row.published?.time.map { .number($0, decimals: 0) } ?? .none,
        .number(tokens.isEmpty ? 0 : Double(tokens.reduce(0, +)) / Double(tokens.count), decimals: 0),
        .number(Double(measured.cacheBytes) / 1_048_576, decimals: 1),
      ])
    }
    table.notes = notes
    return table
  }
}
