import Benchmarks
import Foundation
import Reporting
import TestSupport
import Testing

@Suite struct PaperTableTests {
  private static func table(_ columns: String, published: String) throws -> PaperTable {
    var options = PaperTable.Options()
    options.columns = [columns]
    options.published = try PublishedRows().rows(named: published)
    return try PaperTable(
      [], columns: PaperColumns(benchmarks: BenchmarkRegistry.all), options: options)
  }

  @Test(arguments: [("general", 7), ("fine", 10)])
  func `a group of columns is that of the paper's table, digit for digit`(
    group: String, number: Int
  ) throws {
    let printed = try PublishedTables().table(number)
    let models = ["vicuna-7b", "vicuna-13b", "qwen2-7b"]
    let table = try Self.table(group, published: models.joined(separator: ",")).table
    #expect(table.columns.dropFirst(2).map(\.name) == printed.columns)
    for row in printed.rows where models.contains(String(row.name.prefix { $0 != "/" })) {
      let parts = row.name.split(separator: "/").map(String.init)
      let own = try #require(
        table.rows.first { $0["Model"] == .text(parts[0]) && $0["Method"].shown == parts[1] },
        "\(row.name)")
      #expect(printed.columns.map { own[$0].number } == row.values, "\(row.name)")
    }
  }

  @Test func `the columns are those that benchmarks fill, in the paper's order`() throws {
    let known = try PaperColumns(benchmarks: BenchmarkRegistry.all)
    let fine = ["docvqa", "chartqa", "infovqa", "textvqa", "ocrbench"]
    #expect(Array(known.all.map(\.name).prefix(5)) == fine)
    #expect(known.named("MME_P")?.title == "MME-P" && known.named("docparsing_ed") != nil)
    #expect(known.named("docparsing_ed")?.lowerIsBetter == true)
    #expect(known.groups["costs"]?.contains("flops_reduced") == true)
    let few = try PaperColumns(benchmarks: [DocVQA()])
    #expect(few.named("docvqa") != nil && few.named("chartqa") == nil)
  }

  @Test func `an unknown column gets the nearest name`() throws {
    #expect {
      try Self.table("generall", published: "vicuna-7b")
    } throws: { "\($0)".contains("did you mean \"general\"") }
  }
}
