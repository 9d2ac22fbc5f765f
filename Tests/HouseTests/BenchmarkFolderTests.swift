import Benchmarks
import Foundation
import TestSupport
import Testing

/// A benchmark is one folder: no code outside it and the registry says its name.
@Suite struct BenchmarkFolderTests {
  /// Metrics keep the names of the vectors' language and of the evaluators' prompts.
  private static let exempt = ["Sources/Metrics/"]

  @Test func `code outside a benchmark's folder does not name it`() throws {
    var found: [String] = []
    for file in try Self.swiftFiles() where !Self.exempt.contains(where: file.hasPrefix) {
      let text = try String(contentsOfFile: TestMaterial.project + "/" + file, encoding: .utf8)
      for line in text.split(separator: "\n") {
        let code = line.drop { $0 == " " }
        if code.hasPrefix("//") { continue }
        for benchmark in BenchmarkRegistry.all where Self.names(benchmark.name, code) {
          found.append("\(file): \(code)")
        }
        for benchmark in BenchmarkRegistry.all where code.contains("\(benchmark.title)(") {
          found.append("\(file): \(code)")
        }
      }
    }
    #expect(found == [])
  }

  @Test func `every benchmark has a folder with a README and its definition`() throws {
    for benchmark in BenchmarkRegistry.all {
      let folder = TestMaterial.project + "/Benchmarks/" + String(describing: type(of: benchmark))
      let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(files.contains("README.md"))
      #expect(files.contains("\(type(of: benchmark)).swift"))
    }
  }

  /// Whether a line has the benchmark's name as a string.
  private static func names(_ name: String, _ line: Substring) -> Bool {
    line.contains("\"\(name)\"")
  }

  private static func swiftFiles() throws -> [String] {
    let folder = TestMaterial.project + "/Sources"
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder)
    return files.filter { $0.hasSuffix(".swift") }.map { "Sources/" + $0 }.sorted()
  }
}
