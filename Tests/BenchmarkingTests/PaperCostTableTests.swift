import Benchmarking
import Checkpoints
import DataFormats
import Testing

@Suite struct PaperCostTableTests {
  private func rows(
    _ shape: Synthesis.Shape, layers: Int? = nil, methods: [String]? = nil
  ) throws -> (rows: [JSONValue], notes: [String]) {
    let table = try PaperCostTable(shape: shape, layers: layers, prompt: BenchPrompt()).table(
      methods: methods)
    let json = try JSONValue.parse(table.text(.json), file: "table")
    return (
      json["rows"]?.arrayValue ?? [], json["notes"]?.arrayValue?.compactMap(\.stringValue) ?? []
    )
  }

  /// Tables 1 to 6: whatever is printed beside a published figure is within one point of it, except
  /// where the table says why not.
  @Test(arguments: [
    (Synthesis.Shape.vicuna7B, ["1", "2", "3", "4", "5", "6"]), (.vicuna13B, ["4"]),
    (.llama3, ["4"]),
    (.qwen2, ["4"]),
  ])
  func everyPublishedRowIsWithinAPoint(shape: Synthesis.Shape, tables: [String]) throws {
    let rows = try rows(shape).rows
    var found: Set<String> = []
    for row in rows {
      guard let published = row["Published %"]?.doubleValue,
        let reduced = row["Reduced %"]?.doubleValue
      else { continue }
      #expect(abs(reduced - published) < 1, "\(row["Method"]?.stringValue ?? "")")
      found.formUnion((row["Where"]?.stringValue ?? "").split { !$0.isNumber }.map(String.init))
    }
    #expect(found.isSuperset(of: tables))
    #expect(rows.first?["Reduced %"]?.isNull == true)
  }

  @Test(arguments: [
    (Synthesis.Shape.phi3Mini, "published 35 %, from the shapes 36.71 %"),
    (.internLM25, "published 39 %, from the shapes 42.17 %, with fused projections 38.76 %"),
  ])
  func familiesThatDoNotFitSayBothFiguresAndTheReason(shape: Synthesis.Shape, said: String) throws {
    let notes = try rows(shape).notes
    #expect(notes.contains { $0.contains(said) && $0.contains("vision tokens too") }, "\(notes)")
  }

  @Test func anyMethodIsSplitIntoPartsThatAddUp() throws {
    let methods = [
      "baseline", "proxyv:from=8", "visionzip:dominant=54,contextual=10+proxyv",
      "pyramiddrop:layers=4/8,ratios=0.5/0.1", "skip-attention-ffn:from=3,mlp=light",
      "mask-attention:from=1,variant=all",
    ]
    let rows = try rows(.vicuna7B, layers: 16, methods: methods).rows
    #expect(rows.compactMap { $0["Method"]?.stringValue } == methods)
    for row in rows {
      let parts = [
        "Vision encoder", "Projector", "Decoder: vision", "Decoder: text", "Decoder: proxies",
        "lm_head",
      ].compactMap { row[$0]?.doubleValue }
      let all = try #require(row["All TFLOP (as executed)"]?.doubleValue)
      #expect(parts.count == 6 && abs(parts.reduce(0, +) - all) < 1e-9 * all)
    }
    #expect(
      (rows[1]["Decoder: proxies"]?.doubleValue ?? 0) > 0
        && rows[0]["Decoder: proxies"]?.doubleValue == 0)
    // The tower is that of the paper, 23 of 24 layers of ViT-L/14 over five crops.
    #expect(abs((rows[0]["Vision encoder"]?.doubleValue ?? 0) - 1.75) < 0.1)
  }

  @Test(arguments: [
    ("proxyv:from=40", "from 12 to 31"), ("pyramiddrop:layers=40", "from 1 to 31"),
    ("proxv", "did you mean \"proxyv\"?"),
  ])
  func impossibleMethodsAreErrors(method: String, mentioned: String) throws {
    let error = #expect(throws: (any Error).self) { try self.rows(.vicuna7B, methods: [method]) }
    #expect(error.map { "\($0)".contains(mentioned) } == true)
  }

  /// Its count is its own: the paper's figures for skipped attention keep the output projection.
  @Test func skippedAttentionIsCountedAsItRuns() throws {
    let rows = try rows(
      .vicuna7B, methods: ["baseline", "mask-attention:from=0", "skip-attention:from=0"]
    ).rows
    #expect(
      rows[1]["Where"]?.stringValue == "tables 1, 2" && rows[1]["Published %"]?.doubleValue == 18)
    #expect(rows[2]["Published %"]?.isNull == true)
    #expect(
      try #require(rows[2]["Reduced %"]?.doubleValue) > #require(rows[1]["Reduced %"]?.doubleValue)
        + 7)
  }

  @Test func defaultMethodsScaleTheirStartsToTheDepth() throws {
    let full = try Synthesis(shape: .vicuna7B).configuration()
    #expect(
      PaperCostTable.defaultMethods(full) == [
        "baseline", "proxyv", "proxyv:from=16", "visionzip", "pyramiddrop",
      ])
    let two = try Synthesis(shape: .vicuna7B, layers: 2).configuration()
    #expect(!PaperCostTable.defaultMethods(two).contains("pyramiddrop"))
  }
}
