import Benchmarking
import Checkpoints
import DataFormats
import Foundation
import ProxyVModel
import Testing

@Suite struct EfficiencyBenchTests {
  @Test func methodsOnOneModelStandBesideTheFirst() throws {
    let folder = try BenchModel.withFolder(.synthesized(Synthesis(shape: .tiny))) { folder in
      let bench = EfficiencyBench(
        methods: ["baseline", "proxyv", "visionzip"], prompt: try BenchPrompt(crops: 2, textTokens: 20), timing: Timing(runs: 1),
        options: LoadOptions(threads: 1))
      let table = try bench.run(folder: folder, shape: .tiny)
      let rows = try JSONValue.parse(table.text(.json), file: "table")["rows"]?.arrayValue ?? []
      #expect(rows.map { $0["Method"]?.stringValue?.prefix(6) } == ["baseli", "proxyv", "vision"])
      #expect(rows[0]["Executed reduced"]?.isNull == true)
      for row in rows.dropFirst() {
        #expect((row["Executed reduced"]?["median"]?.doubleValue ?? 0) > 0.05)
        #expect((row["KV cache MiB"]?.doubleValue ?? 0) > 0)
      }
      return folder
    }
    #expect(!FileManager.default.fileExists(atPath: folder))
  }
}
