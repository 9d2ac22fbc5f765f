import DataFormats
import Diagnostics
import Hashing

/// What `efficiency` measured or computed of one method, read from the JSON that it printed.
public struct CostRecord: Sendable, Equatable {
  /// `proxyv:from=12`, as the run's log names it.
  public let method: String
  /// The checkpoint's content hash; nil for random weights.
  public let content: String?
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
    let setting = try node.optional("notes")?.list().first?.string() ?? ""
    return try rows.map { row in
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
      try number("Full depth time reduced", "Time reduced", times: 100, into: "time_reduced")
      try number("TFLOP (paper's count)", "Prefill TFLOP (paper's count)", into: "tflop")
      try number("Full depth s", "Prefill s", times: 1000, into: "prefill_ms")
      try number("KV cache MiB", into: "cache_mib")
      try number("Peak memory MiB", into: "peak_mib")
      return CostRecord(
        method: try row["Method"].string(), content: content, setting: setting, values: values,
        layers: try row.optional("Vision tokens in the FFN, layer by layer")?.value.stringValue,
        file: path, fileHash: hash)
    }
  }
}
