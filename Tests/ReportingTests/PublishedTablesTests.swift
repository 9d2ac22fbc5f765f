import Reporting
import Testing

@Suite struct PublishedTablesTests {
  @Test func costsAndScoresAreFoundByModelAndMethod() throws {
    let tables = try PublishedTables()
    #expect(try tables.reduction(model: "vicuna-7b", method: "proxyv-12") == .init(flops: 46, time: 41, table: "table 4"))
    #expect(try tables.reduction(model: "vicuna-7b", method: "visionzip")?.flops == 32)
    #expect(try tables.reduction(model: "phi3-mini", method: "proxyv-16")?.flops == 35)
    #expect(try tables.reduction(model: "llama3-8b", method: "visionzip") == nil)
    #expect(try tables.scores(benchmark: "docvqa").contains { $0.row == "vicuna-7b/proxyv-16" && $0.value == 69.9 })
    #expect(try tables.scores(benchmark: "mme").contains { $0.value == 1428.52 })
  }
}
