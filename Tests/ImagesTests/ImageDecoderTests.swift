import DataFormats
import Diagnostics
import Foundation
import Images
import Testing

@Suite struct ImageDecoderTests {
  static let files: [String] = (try? decodingTable()["files"].members().map(\.key)) ?? []

  static func decodingTable() throws -> JSONNode {
    try JSONNode(contentsOf: TestData.fixtures.appendingPathComponent("decoding.json").path)
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    try readFile(TestData.fixtures.appendingPathComponent(name).path)
  }

  @Test func theFixturesAreThere() { #expect(Self.files.count >= 50) }

  @Test(arguments: files)
  func decodesToTheSamplesOfPillow(name: String) throws {
    let expected = try Self.decodingTable()["files"][name]
    let decoded = try ImageDecoder.decode(Self.bytes(name), name: name)
    #expect(try decoded.format.rawValue == expected["format"].string())
    #expect(try decoded.pillowMode == expected["mode"].string())
    #expect(
      try [decoded.image.width, decoded.image.height]
        == expected["size"].list().map { try $0.int() })
    #expect(try TestData.sha256(decoded.image) == expected["rgb_sha256"].string())
    #expect(decoded.damage == nil)
  }

  @Test(arguments: files)
  func exifTransposeTurnsLikePillow(name: String) throws {
    let expected = try Self.decodingTable()["files"][name]
    let decoded = try ImageDecoder.decode(
      Self.bytes(name), name: name, options: DecodingOptions(exifTranspose: true))
    #expect(
      try [decoded.image.width, decoded.image.height]
        == expected["exif_transposed_size"].list().map { try $0.int() })
    #expect(try TestData.sha256(decoded.image) == expected["exif_transposed_rgb_sha256"].string())
  }

  @Test(arguments: [
    ("lying_size.png", ImageError.Code.truncated), ("huge_size.png", .tooLarge),
    ("no_pixels.png", .corrupt),
    ("wrong_depth.png", .corrupt), ("damaged_row.png", .corrupt),
  ])
  func aWrongFileIsAnErrorThatNamesIt(name: String, code: ImageError.Code) throws {
    let bytes = try Self.bytes(name)
    let error = try #require(throws: ImageError.self) { try ImageDecoder.decode(bytes, name: name) }
    #expect(error.code == code)
    #expect(render(error).hasPrefix("\(name): "))
  }

  @Test func salvagingKeepsTheRowsBeforeTheDamage() throws {
    let options = DecodingOptions(salvagesDamaged: true)
    let decoded = try ImageDecoder.decode(
      Self.bytes("damaged_row.png"), name: "damaged_row.png", options: options)
    #expect(decoded.damage != nil)
    let rows = (0..<7).map { decoded.image.pixels[$0 * 39] }
    #expect(rows == [10, 40, 70, 100, 0, 0, 0])
    // What is merely cut off is not salvaged.
    let cut = try Array(Self.bytes("type2_depth8.png").dropLast(80))
    #expect(throws: ImageError.self) { try ImageDecoder.decode(cut, name: "cut", options: options) }
  }

  @Test(arguments: [
    "type2_depth8.png", "exif1.jpg", "progressive.jpg", "lossless.webp", "lossy.webp",
    "animated.webp",
  ])
  func aTruncatedFileIsAnError(name: String) throws {
    let bytes = try Self.bytes(name)
    for length in stride(from: 0, to: bytes.count - 40, by: 7) {
      #expect(throws: ImageError.self, "\(length) bytes") {
        try ImageDecoder.decode(Array(bytes[..<length]), name: name)
      }
    }
    if name.hasSuffix(".jpg") {
      let error = try #require(throws: ImageError.self) {
        try ImageDecoder.decode(Array(bytes.dropLast(2)), name: name)
      }
      #expect(error.code == .truncated)
    }
  }

  @Test func aDamagedFileIsAnErrorOrAnImageButNeverACrash() throws {
    var generator = SeededGenerator(state: 4)
    let originals = try Self.files.map { try (name: $0, bytes: Self.bytes($0)) }
    var errors = 0
    for round in 0..<3000 {
      let original = originals[round % originals.count]
      var bytes = original.bytes
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let limit = Bool.random(using: &generator) ? bytes.count : min(bytes.count, 120)
        bytes[Int.random(in: 0..<limit, using: &generator)] = UInt8.random(
          in: 0...255, using: &generator)
      }
      do {
        let options = DecodingOptions(
          maxPixels: 1 << 20, exifTranspose: round % 2 == 0, salvagesDamaged: round % 3 == 0)
        let decoded = try ImageDecoder.decode(bytes, name: original.name, options: options)
        #expect(decoded.image.pixels.count == decoded.image.width * decoded.image.height * 3)
      } catch {
        errors += 1
        #expect(!error.message.isEmpty && error.location?.file == original.name)
      }
    }
    #expect(errors > 500)
  }

  @Test(arguments: [
    ("GIF89a....", ImageError.Code.unsupportedFormat, "GIF"),
    ("BM......", .unsupportedFormat, "BMP"), ("%PDF-1.7", .unsupportedFormat, "PDF"),
    ("II*\0....", .unsupportedFormat, "TIFF"),
    ("<html></html>", .unknownFormat, "PNG, a JPEG nor a WebP"), ("", .truncated, "empty"),
  ])
  func whatIsNoSupportedImageIsNamed(text: String, code: ImageError.Code, word: String) throws {
    let error = try #require(throws: ImageError.self) {
      try ImageDecoder.decode(Array(text.utf8), name: "x")
    }
    #expect(error.code == code && error.message.contains(word))
  }

  @Test(arguments: ["type2_depth8.png", "exif1.jpg", "lossy.webp"])
  func moreThanTheAllowedPixelsAreRefused(name: String) throws {
    let bytes = try Self.bytes(name)
    let area = try ImageDecoder.decode(bytes, name: name).image.pixels.count / 3
    let error = try #require(throws: ImageError.self) {
      try ImageDecoder.decode(bytes, name: name, options: DecodingOptions(maxPixels: area - 1))
    }
    #expect(error.code == .tooLarge && error.message.contains("\(area - 1)"))
    #expect(throws: Never.self) {
      try ImageDecoder.decode(bytes, name: name, options: DecodingOptions(maxPixels: area))
    }
  }

  @Test func aJPEGThatDeclaresAHugeSizeIsRefusedBeforeDecoding() throws {
    var bytes = try Self.bytes("exif1.jpg")
    let frame = try #require(
      bytes.indices.dropLast(9).first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 })
    bytes.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0xFF, 0xFF, 0xFF])
    let error = try #require(throws: ImageError.self) {
      try ImageDecoder.decode(bytes, name: "huge.jpg")
    }
    #expect(error.code == .tooLarge)
  }

  @Test func theContentDecidesNotTheName() throws {
    #expect(try ImageDecoder.decode(Self.bytes("exif1.jpg"), name: "page.png").format == .jpeg)
  }
}
