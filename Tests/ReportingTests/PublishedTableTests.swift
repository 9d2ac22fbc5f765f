import Benchmarks
import DataFormats
import Foundation
import Reporting
import TestSupport
import Testing

@Suite struct PublishedTableTests {
  /// The data itself, read by another way than the program's.
  static var source: [String: Any] {
    let path = TestMaterial.project + "/Sources/Reporting/Published/tables.json"
    guard let data = FileManager.default.contents(atPath: path),
      let root = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any]
    else { return [:] }
    return root
  }

  @Test(arguments: 1...10)
  func `a printed table equals the paper's digit for digit`(number: Int) throws {
    let key = try #require(Self.source.keys.first { $0.hasPrefix("table\(number)_") })
    let expected = try #require(Self.source[key] as? [String: Any])
    let columns = try #require(expected["columns"] as? [String])
    let rows = try #require(expected["rows"] as? [String: [Any]])
    let known = try PaperColumns(benchmarks: BenchmarkRegistry.all)
    let table = try PublishedTables().table(number).table(known)
    let printed = table.markdown.split(separator: "\n").filter { $0.hasPrefix("|") }.dropFirst(2)
      .map { $0.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast() }
      .map { $0.map { $0.trimmingCharacters(in: .whitespaces) } }
    #expect(printed.count == rows.count)
    var model = ""
    for line in printed {
      let names = line.count - columns.count
      if names == 2, !line[0].isEmpty { model = line[0] }
      let name = names == 2 ? "\(model)/\(line[1])" : line[0]
      let values = try #require(rows[name], "\(name)")
      for (column, (cell, value)) in zip(columns, zip(line.dropFirst(names), values)) {
        if value is NSNull {
          #expect(cell == "-")
        } else {
          #expect(Double(cell) == (value as? NSNumber)?.doubleValue, "\(name) \(column)")
        }
      }
    }
  }

  @Test func `there is no eleventh table`() {
    #expect(throws: ReportingError.self) { try PublishedTables().table(11) }
  }

  @Test func `rows are found by name, by method and by model`() throws {
    let rows = try PublishedRows()
    let chosen = try rows.rows(named: "vicuna-7b/baseline, visionzip,L12-FT")
    #expect(
      chosen.map(\.name) == ["vicuna-7b/baseline", "vicuna-7b/visionzip", "vicuna-7b/L12-FT"])
    #expect(
      chosen[1].figures["docvqa"]?.value == 68.84 && chosen[1].figures["mme_p"]?.value == 1437.5)
    #expect(chosen[1].figures["flops_reduced"]?.value == 32)
    #expect(chosen[1].figures["flops_reduced"]?.tables == [5, 6])
    #expect(chosen[1].figures["refcoco"]?.value == 71.63)
    #expect(try rows.rows(named: "qwen2-7b").count == 3)
    #expect(
      try rows.rows(named: "proxyv-12").first?.figures["score_fine_relative"]?.value == 101)
  }

  @Test func `an unknown row gets the nearest name`() throws {
    let rows = try PublishedRows()
    #expect {
      try rows.rows(named: "vicuna-7b/visionzap")
    } throws: { "\($0)".contains("did you mean \"vicuna-7b/visionzip\"") }
  }
}
