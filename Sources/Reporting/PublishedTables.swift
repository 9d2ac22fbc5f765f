public import DataFormats

/// The figures that the ProxyV paper published (arXiv 2505.15816), as data.
public struct PublishedTables: Sendable {
  public let root: JSONNode

  /// - Throws: `DataFormatError` only where the embedded file itself is broken.
  public init() throws {
    root = JSONNode(
      try JSONValue.parse(PackageResources.tables_json, file: "published tables"),
      file: "published tables")
  }

  /// A published reduction of prefill cost against the baseline, in percent.
  public struct Reduction: Sendable, Equatable {
    public let flops: Double?
    public let time: Double?
    /// Where it is printed: `tables 3, 4`.
    public let table: String

    public init(flops: Double?, time: Double?, table: String) {
      self.flops = flops
      self.time = time
      self.table = table
    }
  }

  /// The cost of a method on a language model, where the paper gives it, and every table that does.
  ///
  /// - Parameters:
  ///   - model: `vicuna-7b`, `llama3-8b` ...
  ///   - methods: the names that the tables give it: `proxyv-12`, `L12-ProxyV`; `visionzip`,
  ///     `proxyv-ns-12+visionzip` ...
  public func reduction(model: String, methods: [String]) throws -> Reduction? {
    let name = ["phi3-mini": "phi3-3b"][model] ?? model
    let tables = [
      (1, "table1_attention_skipped"), (2, "table2_light_mlp"), (3, "table3_proxyv"),
      (4, "table4_llms"), (5, "table5_token_reduction"),
      (6, "table6_non_spatial"),
    ].filter { $0.0 == 4 || model == "vicuna-7b" }
    var found: (flops: Double?, time: Double?)?
    var places: [String] = []
    for (number, table) in tables {
      guard let node = try root.optional(table) else { continue }
      let columns = try node["columns"].strings()
      for method in methods {
        guard
          let values = try node["rows"].optional(number == 4 ? "\(name)/\(method)" : method)?.list()
        else { continue }
        func value(_ column: String) -> Double? {
          columns.firstIndex(of: column).flatMap {
            values.indices.contains($0) ? values[$0].value.doubleValue : nil
          }
        }
        places.append(String(number))
        found = found ?? (value("flops_reduced"), value("time_reduced"))
      }
    }
    return found.map {
      Reduction(
        flops: $0.flops, time: $0.time,
        table: (places.count == 1 ? "table " : "tables ") + places.joined(separator: ", "))
    }
  }

  /// The published scores of a benchmark, which is a column of tables 10, 9 or 7: rows by model and
  /// method.
  public func scores(column: String) throws -> [(row: String, value: Double, table: String)] {
    var found: [(String, Double, String)] = []
    for (table, title) in [
      ("table10_llms_full", "table 10"), ("table9_token_reduction_full", "table 9"),
      ("table7_general", "table 7"),
    ] {
      guard let node = try root.optional(table),
        let index = try node["columns"].strings().firstIndex(of: column)
      else { continue }
      for (row, values) in try node["rows"].members() {
        if let value = try values.list()[index].value.doubleValue {
          found.append((row, value, title))
        }
      }
    }
    return found
  }
}
