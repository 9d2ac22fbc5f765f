import Benchmarking
import Checkpoints
import DataFormats
import ProxyVModel
import Reporting
import Tensor
import Testing

@Suite struct PrefillProfileTests {
  private static func rows() throws -> [JSONValue] {
    try BenchModel.withFolder(.synthesized(Synthesis(shape: .tiny))) { folder in
      let bench = PrefillBench(
        methods: ["baseline", "mask-attention:from=0,variant=except-self"], weights: [.bf16],
        prompt: try BenchPrompt(crops: 1, textTokens: 20), timing: Timing(runs: 1),
        options: LoadOptions(threads: 1))
      let table = try PrefillProfile(bench).run(folder: folder)
      return try JSONValue.parse(table.text(.json), file: "table")["rows"]?.arrayValue ?? []
    }
  }

  @Test func `operators and everything else add up to all of the time`() throws {
    let rows = try Self.rows()
    let contestants = ["baseline", "mask-attention:from=0,variant=except-self", "vision tower"]
    for contestant in contestants {
      let own = rows.filter { $0["what"]?.stringValue == contestant }
      func seconds(_ row: JSONValue) -> Double { row["seconds"]?["median"]?.doubleValue ?? .nan }
      let all = try #require(own.last)
      #expect(all["operator"]?.stringValue == "all")
      let sum = own.dropLast().reduce(0) { $0 + seconds($1) }
      #expect(abs(sum - seconds(all)) < 1e-9 && seconds(all) > 0)
      let names = Set(own.compactMap { $0["operator"]?.stringValue })
      #expect(names.isSuperset(of: ["linear bf16", "attention", "everything else", "all"]))
      for row in own where row["operator"]?.stringValue?.contains("linear") == true {
        #expect(row["shape"]?.stringValue?.contains(" -> ") == true)
        #expect(["multiply", "memory"].contains(row["bound"]?.stringValue))
        #expect((row["of bound"]?["median"]?.doubleValue ?? 0) > 0)
        #expect((row["calls"]?.doubleValue ?? 0) >= 1)
      }
    }
  }
}
