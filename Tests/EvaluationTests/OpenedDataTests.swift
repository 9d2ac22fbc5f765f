import DataFormats
import Diagnostics
import Evaluation
import EvaluationTestSupport
import Foundation
import TestSupport
import Testing

@Suite struct OpenedDataTests {
  @Test(arguments: ["/etc/passwd", "../secret.png", "a/../../b.png", "", "a\0b"])
  func aPathThatLeavesTheDataFolderIsRefused(name: String) {
    let error = #expect(throws: EvaluationError.self) {
      try DataFolder.path(
        of: name, in: "data", at: Location(file: "f.json", place: "data[3].image"))
    }
    #expect(error?.description.hasPrefix("f.json: data[3].image: ") == true)
  }

  @Test func aMissingImageIsFoundOutWhenItIsLoaded() throws {
    let image = try DataFolder.image("pages/none.png", in: "/nowhere", at: Location())
    let error = #expect(throws: EvaluationError.self) { try image.load() }
    #expect(error?.description == "/nowhere/pages/none.png: the image cannot be read: no such file")
  }

  @Test func twoSamplesWithOneIdAreRefused() throws {
    try TestMaterial.withTemporaryFolder { folder in
      var benchmark = EchoBenchmark()
      let sample = Sample(id: "x", image: nil, question: "", references: [])
      benchmark.formats = [
        DataLayout(
          name: "twice", summary: "twice", recognizes: { _ in true },
          samples: { _ in [sample, sample] })
      ]
      let error = #expect(throws: EvaluationError.self) { try OpenedData(benchmark, path: folder) }
      #expect(error?.message.contains("two samples have the id \"x\"") == true)
    }
  }

  @Test func anUnrecognisedFolderSaysWhatWasLookedFor() throws {
    try TestMaterial.withTemporaryFolder { folder in
      var benchmark = EchoBenchmark()
      benchmark.formats = [
        DataLayout(
          name: "none", summary: "a file named echo.json", recognizes: { _ in false },
          samples: { _ in [] })
      ]
      let error = #expect(throws: EvaluationError.self) { try OpenedData(benchmark, path: folder) }
      #expect(error?.code == .unknownFormat)
      #expect(error?.message.contains("a file named echo.json") == true)
      let forced = #expect(throws: EvaluationError.self) {
        try OpenedData(benchmark, path: folder, layoutName: "non")
      }
      #expect(forced?.message.contains("did you mean \"none\"?") == true)
      let absent = #expect(throws: EvaluationError.self) {
        try OpenedData(benchmark, path: folder, layoutName: "none")
      }
      #expect(
        absent?.message
          == "no Echo data in the format \"none\" is here; looked for a file named echo.json")
    }
  }
}
