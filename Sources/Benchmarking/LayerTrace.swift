public import DataFormats
public import ProxyVModel
public import Reporting

/// A method made visible: per layer, how many tokens of each kind took part in attention and FFN.
public enum LayerTrace {
  public static func table(_ layers: [LayerWork]) -> ResultTable {
    let kinds = ["vision", "text", "proxy"]
    var table = ResultTable(
      columns: [.init("Layer", importance: .essential)]
        + ["Queries", "Keys", "FFN"].flatMap { part in
          kinds.map { .init("\(part): \($0)", importance: part == "FFN" ? .high : .normal) }
        } + [.init("Visible pairs", importance: .low), .init("Cached", importance: .high)])
    for (index, work) in layers.enumerated() {
      var row: ResultTable.Row = ["Layer": .integer(index)]
      for (part, tokens) in [
        ("Queries", work.queries), ("Keys", work.keys), ("FFN", work.feedForward),
      ] {
        row["\(part): vision"] = .integer(tokens.vision)
        row["\(part): text"] = .integer(tokens.text)
        row["\(part): proxy"] = .integer(tokens.proxy)
      }
      row["Visible pairs"] = .integer(work.pairs.total)
      row["Cached"] = .integer(work.cached.total)
      table.append(row)
    }
    table.notes = [
      """
      Text includes one newline per crop. Keys are those computed in the layer; text also sees \
      what is cached.
      """,
      """
      In the last layer only the last token of the image's part and that of the prompt attend; \
      of the others nothing but keys and values is read afterwards.
      """,
    ]
    return table
  }

  /// The same for programs, one object per layer.
  public static func json(_ layers: [LayerWork]) -> JSONValue {
    func kinds(_ tokens: TokenKinds) -> JSONValue {
      [
        "vision": .integer(tokens.vision), "text": .integer(tokens.text),
        "proxy": .integer(tokens.proxy),
      ]
    }
    return .array(
      layers.enumerated().map { index, work in
        [
          "layer": .integer(index), "queries": kinds(work.queries), "keys": kinds(work.keys),
          "ffn": kinds(work.feedForward),
          "visible_pairs": kinds(work.pairs), "cached": kinds(work.cached),
        ]
      })
  }
}
