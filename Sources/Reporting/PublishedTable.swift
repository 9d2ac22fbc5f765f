import DataFormats

/// A table of the ProxyV paper as its authors printed it, digit for digit.
public struct PublishedTable: Sendable {
  /// A printed row; a dash is nil.
  public struct Row: Sendable, Equatable {
    /// `vicuna-7b/proxyv-12`, or the method alone where a table has one model.
    public let name: String
    /// In the order of the columns.
    public let values: [Double?]
  }

  public let number: Int
  /// By the names of ``Column``: `docvqa`, `score_fine`, `flops_reduced` ...
  public let columns: [String]
  public let rows: [Row]

  /// How many tables there are.
  public static let numbers = 1...10

  /// What each table shows.
  static let titles = [
    "Vision-to-vision attention skipped: training-free (TF) and fine-tuned (FT) from layer N on",
    "Attention, or attention and FFN, replaced by light MLPs from layer N on",
    "ProxyV from layer N on", "ProxyV on several language models",
    "Token reduction methods on Vicuna-7B", "Non-spatial ProxyV and its union with VisionZip",
    "General benchmarks", "Table 1 to 3 in full: the fine-grained benchmarks",
    "Table 5 and 6 in full: the fine-grained benchmarks",
    "Table 4 in full: the fine-grained benchmarks",
  ]

  /// The table with the paper's columns, rows and digits.
  ///
  /// - Parameter known: says how columns are called and with how many digits they are printed
  public func table(_ known: PaperColumns) -> ResultTable {
    let hasModels = rows.contains { $0.name.contains("/") }
    var table = ResultTable(
      title: "Table \(number) of the ProxyV paper (arXiv 2505.15816)",
      columns: (hasModels ? [.init("LLM", importance: .essential)] : [])
        + [.init("Method", importance: .essential)]
        + columns.map { name in
          let known = known.named(name)
          return .init(
            name, title: known?.title ?? name, alignment: .right,
            importance: known?.importance ?? .normal)
        })
    table.caption = Self.titles[number - 1]
    var lastGroup: String?
    for row in rows {
      let parts = row.name.split(separator: "/", maxSplits: 1).map(String.init)
      let group = hasModels ? parts[0] : Self.startLayer(row.name)
      var cells = ResultTable.Row()
      cells.startsGroup = lastGroup != nil && group != lastGroup
      if hasModels { cells["LLM"] = .text(group == lastGroup ? "" : parts[0]) }
      cells["Method"] = .text(parts.last ?? row.name)
      for (column, value) in zip(columns, row.values) {
        cells[column] =
          value.map { .number($0, decimals: known.named(column)?.decimals ?? 2) }
          ?? .dash
      }
      lastGroup = group
      table.append(cells)
    }
    return table
  }

  /// `L12` of `L12-ProxyV`: rows of one start layer stand together.
  private static func startLayer(_ name: String) -> String {
    guard name.first == "L", let end = name.firstIndex(of: "-") else { return "" }
    return String(name[..<end])
  }
}

extension PublishedTables {
  private static let keys = [
    "table1_attention_skipped", "table2_light_mlp", "table3_proxyv", "table4_llms",
    "table5_token_reduction", "table6_non_spatial", "table7_general", "table8_fine_full",
    "table9_token_reduction_full", "table10_llms_full",
  ]

  /// One of the paper's tables.
  /// - Throws: ``ReportingError`` `unknown-name` for a number that the paper does not have.
  public func table(_ number: Int) throws -> PublishedTable {
    guard PublishedTable.numbers.contains(number) else {
      throw ReportingError(
        .unknownName, "the paper has no table \(number); its tables are 1 to 10")
    }
    let node = try root[Self.keys[number - 1]]
    return PublishedTable(
      number: number, columns: try node["columns"].strings(),
      rows: try node["rows"].members().map { name, values in
        .init(name: name, values: try values.list().map { $0.value.doubleValue })
      })
  }
}
