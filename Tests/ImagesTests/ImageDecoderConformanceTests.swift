import DataFormats
import Foundation
import Images
import TestSupport
import Testing

/// Every file of the conformance collection: the hash of Pillow's `convert("RGB")`, or an error
/// where Pillow fails.
struct ImageDecoderConformanceTests {
  @Test func everyFileDecodesAsPillowDecodesIt() throws {
    let folder = URL(fileURLWithPath: TestMaterial.fixtures + "/golden/images")
    let files = try JSONNode(contentsOf: folder.appendingPathComponent("manifest.json").path)[
      "files"
    ].list()
    #expect(files.count == 174)
    for entry in files {
      let name = try entry["file"].string()
      let bytes = try readFile(folder.appendingPathComponent(name).path)
      guard try entry["expect"].string() == "decode" else {
        let error = try #require(throws: ImageError.self, "\(name)") {
          try ImageDecoder.decode(bytes, name: name)
        }
        #expect(error.location?.file == name && !error.message.isEmpty)
        continue
      }
      var options = DecodingOptions()
      if name == "pillow/broken_data_stream.png" {
        // The manifest holds the rows that Pillow's object keeps after its first load() has raised.
        #expect(throws: ImageError.self) { try ImageDecoder.decode(bytes, name: name) }
        options.salvagesDamaged = true
      }
      let decoded = try ImageDecoder.decode(bytes, name: name, options: options)
      #expect((decoded.damage != nil) == options.salvagesDamaged)
      let size = try entry["size"].list()
      #expect(
        try decoded.image.width == size[0].int() && decoded.image.height == size[1].int(), "\(name)"
      )
      #expect(try decoded.pillowMode == entry["mode"].string(), "\(name)")
      #expect(try decoded.format.rawValue == entry["format"].string(), "\(name)")
      #expect(try TestData.sha256(decoded.image) == entry["pillow_rgb8_sha256"].string(), "\(name)")
    }
  }

  @Test func exifTransposeTurnsAsPillowTurns() throws {
    let folder = URL(fileURLWithPath: TestMaterial.fixtures + "/golden/images")
    var turned = 0
    for entry in try JSONNode(contentsOf: folder.appendingPathComponent("manifest.json").path)[
      "files"
    ].list() {
      guard try entry["expect"].string() == "decode" else { continue }
      let name = try entry["file"].string()
      let bytes = try readFile(folder.appendingPathComponent(name).path)
      let decoded = try ImageDecoder.decode(
        bytes, name: name, options: DecodingOptions(exifTranspose: true, salvagesDamaged: true))
      // Without an orientation the upright image is the image itself.
      let hash = try entry.optional("exif_transposed_rgb8_sha256") ?? entry["pillow_rgb8_sha256"]
      let size = try (entry.optional("exif_transposed_size") ?? entry["size"]).list()
      #expect(
        try decoded.image.width == size[0].int() && decoded.image.height == size[1].int(), "\(name)"
      )
      #expect(try TestData.sha256(decoded.image) == hash.string(), "\(name)")
      if try entry.optional("exif_orientation")?.int() ?? 1 != 1 { turned += 1 }
    }
    #expect(turned >= 10)
  }
}
