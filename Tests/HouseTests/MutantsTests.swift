import DataFormats
import Foundation
import TestSupport
import Testing

/// The list of `Scripts/mutate` fits the code as it is: a mutant that no longer applies would be
/// missed without a word.
@Suite struct MutantsTests {
  private static let folder = TestMaterial.project + "/Scripts/mutants"

  private static func mutants() throws -> [(module: String, node: JSONNode)] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted().flatMap { file in
      try JSONLines.read(folder + "/" + file).map { (file, $0) }
    }
  }

  @Test func `every mutant changes exactly one place`() throws {
    for (_, mutant) in try Self.mutants() {
      let name = try mutant["name"].string()
      let file = TestMaterial.project + "/" + (try mutant["file"].string())
      let text = try String(contentsOfFile: file, encoding: .utf8)
      let search = try mutant["search"].string()
      #expect(text.ranges(of: search).count == 1, "\(name)")
      #expect(search != (try mutant["replace"].string()), "\(name)")
    }
  }

  @Test func `there are at least sixty over all modules, each with tests that are there`() throws {
    let mutants = try Self.mutants()
    #expect(mutants.count >= 60)
    #expect(Set(try mutants.map { try $0.node["name"].string() }).count == mutants.count)
    let tests = try FileManager.default.subpathsOfDirectory(atPath: TestMaterial.project + "/Tests")
      .filter { $0.hasSuffix(".swift") }
    for (_, mutant) in mutants {
      for filter in try mutant["tests"].string().split(separator: "|") {
        let isThere = tests.contains {
          $0.hasPrefix(filter + "/") || $0.hasSuffix("/\(filter).swift")
        }
        #expect(isThere, "\(filter)")
      }
    }
  }
}
