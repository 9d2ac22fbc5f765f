import DataFormats
import Foundation
import Images
import TestSupport
import Testing

/// The official code's preprocessing: every image in all modes, and the geometry of 500 sizes.
struct PreprocessingGoldenTests {
  @Test func everyImageInEveryModeHasTheOfficialHashes() throws {
    let folder = TestData.golden("model")
    let golden = try JSONNode(
      contentsOf: folder.appendingPathComponent("preprocess/preprocess.json").path)
    let pinpoints = try Pinpoints.parse(golden["pinpoints"], cropSize: 336)
    var configuration = PreprocessingConfiguration(pinpoints: pinpoints)
    try configuration.apply(preprocessor: golden["processor"])
    for (name, expected) in try golden["images"].members() {
      let bytes = try readFile(folder.appendingPathComponent("images/\(name)").path)
      let decoded = try ImageDecoder.decode(bytes, name: name)
      let indices = try expected["anyres"]["sample_flat_index_chw"].list().map { try $0.int() }
      let inspection = ImageInspection(configuration: configuration, sampleIndices: indices)
      try expectReport(inspection.report(decoded, file: name), contains: expected, path: name)
    }
  }

  @Test func jpegDecodingEqualsThePixelsThatPillowDecoded() throws {
    let folder = TestData.golden("model")
    var compared = 0
    for (name, expected) in try JSONNode(
      contentsOf: folder.appendingPathComponent("preprocess/preprocess.json").path)["images"]
      .members()
    {
      guard let png = try expected.optional("decoded_png") else { continue }
      let jpeg = try ImageDecoder.decode(
        readFile(folder.appendingPathComponent("images/\(name)").path), name: name)
      let decoded = try ImageDecoder.decode(
        readFile(folder.appendingPathComponent(png.string()).path), name: name)
      #expect(jpeg.image == decoded.image, "\(name)")
      compared += 1
    }
    #expect(compared > 0)
  }

  @Test func geometryEqualsTheOfficialRows() throws {
    let table = try JSONNode(
      contentsOf: TestData.golden("model/preprocess/geometry.json").path)
    let rows = try table["rows"].list()
    #expect(rows.count == 500)
    for row in rows { try expectGeometry(row.list().map { try $0.int() }) }
  }
}
