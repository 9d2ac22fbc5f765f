import Reporting
import Testing

@Suite struct PublishedTablesTests {
  @Test func costsAndScoresAreFoundByModelAndMethod() throws {
    let tables = try PublishedTables()
    #expect(
      try tables.reduction(model: "vicuna-7b", methods: ["proxyv-12", "L12-ProxyV"])
        == .init(flops: 46, time: 41, table: "tables 3, 4, 5, 6"))
    #expect(try tables.reduction(model: "vicuna-7b", methods: ["visionzip"])?.flops == 32)
    #expect(try tables.reduction(model: "phi3-mini", methods: ["proxyv-16"])?.flops == 35)
    #expect(
      try tables.reduction(model: "vicuna-7b", methods: ["L12-FT", "L12-ATN"])
        == .init(flops: 11, time: 40, table: "tables 1, 2"))
    #expect(try tables.reduction(model: "llama3-8b", methods: ["visionzip"]) == nil)
    #expect(
      try tables.scores(column: "docvqa").contains {
        $0.row == "vicuna-7b/proxyv-16" && $0.value == 69.9
      })
    #expect(try tables.scores(column: "mme_p").contains { $0.value == 1428.52 })
  }
}
