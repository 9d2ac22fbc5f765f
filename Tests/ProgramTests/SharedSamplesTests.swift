import DataFormats
import Foundation
import TestSupport
import Testing

/// Real images and questions of the benchmarks, from end to end.
@Suite(.enabled(if: TestMaterial.hasShared, "\(TestMaterial.needsShared)"))
struct SharedSamplesTests {
  /// Those whose images lie beside the checkout.
  static let benchmarks = ["ccpdf", "chartqa", "docvqa", "mmbench", "ocrbench", "refcoco"]

  @Test(arguments: benchmarks, ["tesseract", "tiny"])
  func realImagesAreAnsweredAndScored(benchmark: String, model: String) throws {
    try TestMaterial.withTemporaryFolder { folder in
      let data = try #require(TestMaterial.shared) + "/samples/" + benchmark
      var arguments = try Program.runArguments([benchmark], output: folder, data: data)
      if model == "tesseract" {
        arguments = ["run", benchmark, "--model", "tesseract", "--data", data, "--output", folder]
      }
      // A random-weight model always writes the longest answer; a few of them show as much as all.
      if model == "tiny" { arguments += ["--limit", benchmark == "ccpdf" ? "1" : "4"] }
      let outcome = try Program.run(arguments)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let ledger = try JSONNode(contentsOf: folder + "/\(benchmark)/scores.json")["ledger"]
      let (selected, answered, failed) = (
        try ledger["selected"].int(), try ledger["answered"].int(), try ledger["failed"].int()
      )
      #expect(selected > 0 && answered == selected && failed == 0)
    }
  }
}
