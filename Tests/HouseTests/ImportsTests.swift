import Foundation
import TestSupport
import Testing

/// `Scripts/imports --check`: what imports what, and that no arrow goes up.
@Suite struct ImportsTests {
  private func imports(root: String) throws -> (status: Int32, output: String, errors: String) {
    let outcome = try ChildProcess.run(
      TestMaterial.project + "/Scripts/imports", ["--check", "--root=" + root])
    return (outcome.status, outcome.output, outcome.errors)
  }

  @Test func `no import goes up, and Evaluation and Reporting know no model`() throws {
    let result = try imports(root: TestMaterial.project)
    #expect(result.status == 0, "\(result.errors)")
    let rows = result.output.split(separator: "\n").map(String.init)
    for target in ["Evaluation", "Reporting", "Exchange", "Benchmarks"] {
      let row = try #require(rows.first { $0.hasPrefix("| \(target) ") })
      for model in ["ProxyVModel", "EngineModel", "OCRBaseline", "Tensor"] {
        #expect(!row.contains(model), "\(row)")
      }
    }
    #expect(rows.contains { $0.hasPrefix("| EngineModel ") && $0.contains("ProxyVModel") })
  }

  @Test(arguments: [
    ("Sources/Metrics/A.swift", "import Reporting", "Metrics imports Reporting"),
    ("Sources/Reporting/A.swift", "public import Tensor", "Reporting imports the model Tensor"),
    ("Sources/Metrics/A.swift", "import struct Reporting.Table", "Metrics imports Reporting"),
  ])
  func `an import that goes up is found`(file: String, line: String, said: String) throws {
    try TestMaterial.withTemporaryFolder { folder in
      for target in ["Tensor", "Metrics", "Reporting"] {
        try FileManager.default.createDirectory(
          atPath: folder + "/Sources/" + target, withIntermediateDirectories: true)
      }
      let manifest = """
        let package = Package(name: "p", targets: [
          .target(name: "Tensor"), .target(name: "Metrics"),
          .target(
            name: "Reporting", dependencies: ["Metrics"]),
        ])
        """
      try Data(manifest.utf8).write(to: URL(fileURLWithPath: folder + "/Package.swift"))
      try Data((line + "\n").utf8).write(to: URL(fileURLWithPath: folder + "/" + file))
      let result = try imports(root: folder)
      #expect(result.status == 1)
      #expect(result.errors.contains(said), "\(result.errors)")
    }
  }
}
