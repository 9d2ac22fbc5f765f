import Benchmarks
import Evaluation
import EvaluationTestSupport
import Reporting
import TestSupport
import Testing

/// Costs stand beside the scores of the model and the method that they were measured of, or nowhere.
@Suite struct CostRecordTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func costs(_ text: String) throws -> [CostRecord] {
    try CostRecord.read(folder.write(text, to: "costs.json"))
  }

  /// A file of `efficiency` with a row per method.
  private func file(facts: String, methods: [String], more: String = "") -> String {
    let rows = methods.enumerated().map { place, method in
      """
      {"Method": "\(method)", "FLOPs reduced": {"median": 0.\(place + 1), "spread": 0, "runs": []}, \
      "KV cache MiB": \(place + 1)\(more)}
      """
    }
    return """
      {"facts": {\(facts)}, "rows": [\(rows.joined(separator: ", "))], "notes": ["8 layers"]}
      """
  }

  private func table(
    _ runs: [(method: String, weights: String, architecture: String?)], _ costs: [CostRecord]
  ) throws -> ResultTable {
    let samples = WrittenRun.questions(8)
    let scored = try runs.enumerated().map { place, run in
      let path = "\(folder.path)/\(run.weights)-\(place)"
      try WrittenRun.write(
        DocVQA(), samples, to: path, weights: run.weights, method: run.method,
        architecture: run.architecture
      ) { Answer(text: $0.references[0]) }
      return try ScoredRun(
        RunDirectory(opening: path), benchmark: DocVQA(), profiles: .one(.lmmsEval))
    }
    var options = PaperTable.Options()
    options.costs = costs
    return try PaperTable(
      scored, columns: PaperColumns(benchmarks: BenchmarkRegistry.all), options: options
    ).table
  }

  private func reductions(_ table: ResultTable) -> [Double?] {
    table.rows.map { $0["flops_reduced"].number }
  }

  @Test func `a method is not joined to another that begins like it`() throws {
    let costs = try costs(
      file(facts: "\"content\": \"1111\"", methods: ["proxyv", "proxyv:from=1"]))
    let table = try table(
      [("proxyv:from=12", "1111", nil), ("proxyv:from=1", "1111", nil)], costs)
    #expect(reductions(table) == [nil, 20])
    #expect(table.notes.contains { $0.contains("costs of proxyv are not shown") })
  }

  @Test func `the costs of one checkpoint stand beside no other's scores`() throws {
    let costs = try costs(file(facts: "\"content\": \"2222\"", methods: ["proxyv"]))
    let table = try table([("proxyv", "1111", nil), ("proxyv", "2222", nil)], costs)
    #expect(reductions(table) == [nil, 10])
    let alone = try self.table([("proxyv", "3333", nil)], costs)
    #expect(alone.notes.contains { $0.contains("no run is of the checkpoint 2222") })
  }

  @Test func `random weights cost what trained ones of their architecture cost`() throws {
    let costs = try costs(file(facts: "\"architecture\": \"llama, 32\"", methods: ["proxyv"]))
    let table = try table(
      [("proxyv", "1111", "llama, 32"), ("proxyv", "2222", "llama, 4"), ("proxyv", "3333", nil)],
      costs)
    #expect(reductions(table) == [10, nil, nil])
    let alone = try self.table([("proxyv", "4444", "llama, 4")], costs)
    #expect(reductions(alone) == [nil])
    #expect(alone.notes.contains { $0.contains("costs of proxyv are not shown") })
  }

  @Test func `a method of fewer layers has its name at the full depth`() throws {
    let more = ", \"At full depth\": \"proxyv:from=12\", \"Full depth s\": 2"
    let costs = try costs(
      file(
        facts: "\"architecture\": \"a\", \"layers\": 32", methods: ["proxyv:from=3"], more: more))
    #expect(costs.map(\.method) == ["proxyv:from=12"])
    // A cache of fewer layers is no cache of the model.
    #expect(costs[0].values == ["flops_reduced": 10, "prefill_ms": 2000])
    let table = try table([("proxyv:from=12", "1", "a"), ("proxyv:from=3", "1", "a")], costs)
    #expect(reductions(table) == [10, nil])
  }
}
