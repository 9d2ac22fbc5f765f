public import DataFormats

/// The figures that the ProxyV paper published (arXiv 2505.15816), as data.
public struct PublishedTables: Sendable {
  public let root: JSONNode

  /// - Throws: `DataFormatError` only where the embedded file itself is broken.
  public init() throws {
    root = JSONNode(try JSONValue.parse(PackageResources.tables_json, file: "published tables"), file: "published tables")
  }

  /// A published reduction of prefill cost against the baseline, in percent.
  public struct Reduction: Sendable, Equatable {
    public let flops: Double?
    public let time: Double?
    /// Where it is printed.
    public let table: String

    public init(flops: Double?, time: Double?, table: String) {
      self.flops = flops
      self.time = time
      self.table = table
    }
  }

  /// The cost of a method on a language model, where the paper gives it.
  ///
  /// - Parameters:
  ///   - model: `vicuna-7b`, `llama3-8b` ...
  ///   - method: `proxyv-12`, `visionzip`, `pyramiddrop`, `proxyv-ns-12+visionzip` ...
  public func reduction(model: String, method: String) throws -> Reduction? {
    let name = ["phi3-mini": "phi3-3b"][model] ?? model
    let candidates = [("table4_llms", "\(name)/\(method)", "table 4")]
      + (model == "vicuna-7b" ? [("table5_token_reduction", method, "table 5"), ("table6_non_spatial", method, "table 6"), ("table2_light_mlp", method, "table 2"), ("table3_proxyv", method, "table 3")] : [])
    for (table, row, title) in candidates {
      guard let node = try root.optional(table), let values = try node["rows"].optional(row) else { continue }
      let columns = try node["columns"].strings()
      func value(_ name: String) throws -> Double? {
        guard let index = columns.firstIndex(of: name), try values.list().indices.contains(index) else { return nil }
        return try values.list()[index].value.doubleValue
      }
      return Reduction(flops: try value("flops_reduced"), time: try value("time_reduced"), table: title)
    }
    return nil
  }

  /// The published scores of a benchmark: rows of table 10 and table 7 by model and method.
  public func scores(benchmark: String) throws -> [(row: String, value: Double, table: String)] {
    let column = ["mme": "mme_p"][benchmark] ?? benchmark
    var found: [(String, Double, String)] = []
    for (table, title) in [("table10_llms_full", "table 10"), ("table9_token_reduction_full", "table 9"), ("table7_general", "table 7")] {
      guard let node = try root.optional(table), let index = try node["columns"].strings().firstIndex(of: column) else { continue }
      for (row, values) in try node["rows"].members() {
        if let value = try values.list()[index].value.doubleValue { found.append((row, value, title)) }
      }
    }
    return found
  }
}
