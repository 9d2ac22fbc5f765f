import Benchmarking
import Checkpoints
import DataFormats
import Foundation
import ProxyVModel
import Reporting
import Testing

@Suite struct EfficiencyBenchTests {
  private static func measure(
    _ synthesis: Synthesis, methods: [String]?
  ) throws -> EfficiencyBench.Measurement {
    try BenchModel.withFolder(.synthesized(synthesis)) { folder in
      try EfficiencyBench(
        methods: methods, prompt: try BenchPrompt(crops: 2, textTokens: 20),
        timing: Timing(runs: 1), options: LoadOptions(threads: 1)
      ).measure(folder: folder)
    }
  }

  @Test func methodsOnOneModelStandBesideTheFirst() throws {
    let measurement = try Self.measure(
      Synthesis(shape: .tiny), methods: ["baseline", "proxyv", "visionzip", "pyramiddrop"])
    let rows =
      try JSONValue.parse(EfficiencyBench.table([measurement]).text(.json), file: "table")["rows"]?
      .arrayValue ?? []
    #expect(
      rows.map { $0["Method"]?.stringValue?.prefix(6) } == ["baseli", "proxyv", "vision", "pyrami"])
    #expect(rows[0]["Executed reduced"]?.isNull == true)
    for row in rows.dropFirst() {
      #expect((row["Executed reduced"]?["median"]?.doubleValue ?? 0) > 0.05)
      #expect((row["KV cache MiB"]?.doubleValue ?? 0) > 0)
    }
    let tokens = rows.compactMap { $0["Vision tokens in the FFN, layer by layer"]?.stringValue }
    #expect(
      tokens == [
        "1152 ×3, none ×1", "1152 ×2, 72 proxies ×1, none ×1", "800 ×3, none ×1",
        "1152 ×1, 576 ×1, 288 ×1, none ×1",
      ])
    #expect(rows.allSatisfy { $0["Full depth s"] == nil })
  }

  @Test func aSynthesizedCheckpointIsRemovedAfterwards() throws {
    let folder = try BenchModel.withFolder(.synthesized(Synthesis(shape: .tiny))) { $0 }
    #expect(!FileManager.default.fileExists(atPath: folder))
  }

  @Test func twoDepthsCheckTheScaling() throws {
    let measured = try [2, 4].map {
      try Self.measure(Synthesis(shape: .tiny, layers: $0), methods: ["baseline", "proxyv"])
    }
    let shallow = measured[0]
    #expect(shallow.layers == 2 && shallow.fullDepth == 4)
    // Every layer of the baseline is the same, but the last one has little more than keys and
    // values to compute.
    #expect((2.8..<3).contains(try #require(shallow.rows[0].depthFactor)))
    #expect(measured[1].rows[0].depthFactor == 1)
    let text = EfficiencyBench.table(measured).text(.markdown)
    #expect(
      text.contains(
        "Scaling checked, time predicted from 2 layers against time measured with 4: baseline "))
    #expect(text.contains("Full depth s"))
  }

  @Test(arguments: [
    ("proxyv", 8, "proxyv"), ("proxyv:from=4", 8, "proxyv:from=16"),
    (
      "pyramiddrop:layers=3/5/6,ratios=0.5/0.25/0.125", 8,
      "pyramiddrop:layers=12/20/26,ratios=0.5/0.25/0.125"
    ),
    ("pyramiddrop:layers=2/4,ratios=0.5/0.25", 8, "pyramiddrop:layers=8/16,ratios=0.5/0.25"),
    ("visionzip:dominant=360,contextual=40", 8, "visionzip:dominant=360,contextual=40"),
    ("proxyv:from=16", 32, "proxyv:from=16"),
  ])
  func startsStandInProportion(method: String, layers: Int, full: String) throws {
    let scaling = DepthScaling(
      shape: .vicuna7B,
      configuration: try Synthesis(shape: .vicuna7B, layers: layers).configuration(),
      tower: .largePatch14At336, prompt: try BenchPrompt())
    #expect(try scaling.fullName(method) == full)
    #expect(
      layers == 32
        ? try scaling.factor(method) == 1 : try (3.9..<4.6).contains(scaling.factor(method)))
  }

  @Test func publishedFiguresFollowTheCheckpointsShape() throws {
    #expect(
      try Synthesis.Shape.matching(Synthesis(shape: .llama3, layers: 3).configuration()) == .llama3)
    #expect(
      try Synthesis.Shape.matching(Synthesis(shape: .internLM25).configuration()) == .internLM25)
    var other = try Synthesis(shape: .tiny).configuration()
    other.intermediateSize = 96
    #expect(try Synthesis.Shape.matching(other) == nil)
  }
}
