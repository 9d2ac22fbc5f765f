import ProxyVModel

/// A method made visible: per layer, how many tokens of each kind took part in attention and FFN.
public enum LayerTrace {
  public static func table(_ layers: [LayerWork]) -> ResultTable {
    let kinds = ["vision", "text", "proxy"]
    var table = ResultTable(
      columns: ["Layer"] + ["Queries", "Keys", "FFN"].flatMap { part in kinds.map { "\(part): \($0)" } } + ["Visible pairs", "Cached"])
    for (index, work) in layers.enumerated() {
      let counts =
        [index] + [work.queries, work.keys, work.feedForward].flatMap { [$0.vision, $0.text, $0.proxy] }
        + [work.pairs.total, work.cached.total]
      table.append(counts.map { .integer($0) })
    }
    table.notes = ["Text includes one newline per crop. Keys are those computed in the layer; text also sees what is cached."]
    return table
  }
}
