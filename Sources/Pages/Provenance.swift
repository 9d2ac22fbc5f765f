import Evaluation

/// Who answered what, run by run; what differs between runs that stand side by side comes first.
enum Provenance {
  static func tables(_ pages: [BenchmarkPage]) -> [PageTable] {
    pages.map(table)
  }

  private static func table(_ page: BenchmarkPage) -> PageTable {
    let properties = page.runs.map(Self.properties)
    var names: [String] = []
    for (name, _) in properties.flatMap({ $0 }) where !names.contains(name) { names.append(name) }
    let rows = names.map { name -> [String] in
      [name] + properties.map { list in list.first { $0.name == name }?.value ?? "–" }
    }
    func differs(_ row: [String]) -> Bool { Set(row.dropFirst()).count > 1 }
    var columns = [PageTable.Column("")]
    columns += page.names.map { PageTable.Column($0) }
    let isCompared = page.runs.count > 1
    if isCompared { columns.append(PageTable.Column("")) }
    let sorted: [[String]] = rows.filter(differs) + rows.filter { !differs($0) }
    return PageTable(
      title: page.benchmark.title, columns: columns,
      rows: sorted.map { isCompared ? $0 + [differs($0) ? "differs" : ""] : $0 }, isFolded: true)
  }

  private static func properties(_ run: PageRun) -> [(name: String, value: String)] {
    let manifest = run.scores.manifest
    let known: [(name: String, value: String)] = [
      ("benchmark version", String(manifest.benchmarkVersion)),
      ("profile", run.scores.profile.rawValue), ("data layout", manifest.dataLayout),
      ("questions (SHA-256)", String(manifest.questionsHash.prefix(16))),
      ("code", manifest.codeVersion),
    ]
    return known + manifest.model.properties
      + manifest.remarks.enumerated().map { (name: "remark \($0 + 1)", value: $1) }
  }
}
