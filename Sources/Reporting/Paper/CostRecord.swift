import DataFormats
import Diagnostics
import Hashing

/// What `efficiency` measured or computed of one method, read from the JSON that it printed.
public struct CostRecord: Sendable, Equatable {
  /// `proxyv:from=12`, as the log of a run at the full depth names it.
  public let method: String
  /// The checkpoint's content hash; nil for random weights.
  public let content: String?
  /// What random weights are the shape of, as runs record it.
  public let architecture: String?
  /// What was measured, and on what.
  public let setting: String
  /// By the names of ``PaperColumn``.
  public let values: [String: Double]
  /// The tokens that stand for the image, layer by layer.
  public let layers: String?
  public let file: String
  public let fileHash: String

  /// The methods of a file that `efficiency --json` wrote.
  /// - Throws: `DataFormatError` where it is none.
  public static func read(_ path: String) throws -> [CostRecord] {
    let bytes = try readFile(path)
    let hash = SHA256.hexadecimal(of: bytes)
    let node = JSONNode(try JSONValue.parse(bytes, file: path), file: path)
    guard let rows = try node.optional("rows")?.list(),
      let first = rows.first, try first.optional("Method") != nil
    else {
      throw ReportingError(
        .invalidData,
        "this is no table of `efficiency`; write one with: efficiency --format json --output FILE",
        at: Location(file: path))
    }
    let facts = try node.optional("facts")
    let content = try facts?.optional("content")?.string()
    let architecture = try facts?.optional("architecture")?.string()
    let fullDepth = try facts?.optional("layers")?.int()
    let notes = try node.optional("notes")?.list().map { try $0.string() } ?? []
    var depths: [Int] = []
    let records = try rows.map { row -> (record: CostRecord, isShallow: Bool) in
      let depth = try row.optional("Layers")?.int()
      if let depth, !depths.contains(depth) { depths.append(depth) }
      let note = depth.flatMap { depths.firstIndex(of: $0) } ?? 0
      let fullName = try row.optional("At full depth")?.string()
      let isShallow = fullName != nil && (depth == nil || depth != fullDepth)
      let record = CostRecord(
        method: try isShallow ? fullName ?? "" : row["Method"].string(), content: content,
        architecture: architecture,
        setting: notes.indices.contains(note) ? notes[note] : notes.first ?? "",
        values: try values(of: row, isShallow: isShallow),
        layers: try isShallow
          ? nil : row.optional("Vision tokens in the FFN, layer by layer")?.value.stringValue,
        file: path, fileHash: hash)
      return (record, isShallow)
    }
    // What was measured stands before what was scaled up from fewer layers.
    return records.filter { entry in
      !entry.isShallow
        || !records.contains { !$0.isShallow && $0.record.method == entry.record.method }
    }.map(\.record)
  }

  /// - Parameter isShallow: fewer layers were measured than the model has: shares stand for it,
  ///   since start layers are in proportion, and the time is scaled; the rest is of no model
  private static func values(of row: JSONNode, isShallow: Bool) throws -> [String: Double] {
    var values: [String: Double] = [:]
    func number(_ names: String..., times factor: Double = 1, into column: String) throws {
      for name in names {
        guard let cell = try row.optional(name)?.value else { continue }
        let value = cell.doubleValue ?? cell["median"]?.doubleValue
        if let value, values[column] == nil { values[column] = value * factor }
      }
    }
    try number("FLOPs reduced", times: 100, into: "flops_reduced")
    try number("Reduced %", into: "flops_reduced")
    if isShallow {
      try number("Full depth time reduced", times: 100, into: "time_reduced")
      try number("Full depth s", times: 1000, into: "prefill_ms")
      return values
    }
    try number("Time reduced", times: 100, into: "time_reduced")
    try number("TFLOP (paper's count)", "Prefill TFLOP (paper's count)", into: "tflop")
    try number("Prefill s", times: 1000, into: "prefill_ms")
    try number("KV cache MiB", into: "cache_mib")
    try number("Peak memory MiB", into: "peak_mib")
    return values
  }
}
