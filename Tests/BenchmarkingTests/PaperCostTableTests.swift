import Benchmarking
import Checkpoints
import DataFormats
import Testing

@Suite struct PaperCostTableTests {
  @Test func theFullShapeGivesThePapersReductions() throws {
    let table = try PaperCostTable(shape: .vicuna7B, crops: 5, textTokens: 50).flops()
    let rows = try JSONValue.parse(table.text(.json), file: "table")["rows"]?.arrayValue ?? []
    let proxyV = try #require(rows.first { $0["Method"]?.stringValue == "proxyv, from layer 12" })
    #expect(abs((proxyV["Reduced %"]?.doubleValue ?? 0) - 45.54) < 0.01 && proxyV["Published %"]?.doubleValue == 46)
    #expect(rows.first?["Reduced %"]?.isNull == true)
  }

  @Test func defaultMethodsScaleTheirStartsToTheDepth() throws {
    let full = try Synthesis(shape: .vicuna7B).configuration()
    #expect(PaperCostTable.defaultMethods(full) == ["baseline", "proxyv", "proxyv:from=16", "visionzip", "pyramiddrop"])
    let two = try Synthesis(shape: .vicuna7B, layers: 2).configuration()
    #expect(!PaperCostTable.defaultMethods(two).contains("pyramiddrop"))
  }
}
