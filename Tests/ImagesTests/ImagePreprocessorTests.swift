import DataFormats
import Foundation
import Images
import Testing

@Suite struct ImagePreprocessorTests {
  static let golden = TestData.fixtures.appendingPathComponent("golden")

  @Test func everyFixtureInEveryModeHasTheOfficialHashes() throws {
    let table = try JSONNode(contentsOf: Self.golden.appendingPathComponent("preprocess.json").path)
    var configuration = PreprocessingConfiguration(
      pinpoints: try Pinpoints.parse(table["pinpoints"], cropSize: 336))
    try configuration.apply(preprocessor: table["processor"])
    for (name, expected) in try table["images"].members() {
      let decoded = try ImageDecoder.decode(
        readFile(Self.golden.appendingPathComponent(name).path), name: name)
      let indices =
        try expected["anyres"].optional("sample_flat_index_chw")?.list().map { try $0.int() } ?? []
      let report = ImageInspection(configuration: configuration, sampleIndices: indices).report(
        decoded, file: name)
      try expectReport(report, contains: expected, path: name)
    }
  }

  @Test func thePixelValuesAreThoseOfTheCrops() throws {
    let image = try #require(RGBImage.noise(width: 90, height: 130, seed: 5))
    let preprocessor = try ImagePreprocessor(PreprocessingConfiguration())
    let prepared = try preprocessor.preprocess(image)
    #expect(prepared.crops.count == 3 && prepared.pixelValues.count == 3 * 3 * 336 * 336)
    let area = 336 * 336
    for (crop, channel, position) in [(0, 0, 0), (1, 1, 50_000), (2, 2, area - 1)] {
      let sample = prepared.crops[crop].pixels[position * 3 + channel]
      let value =
        (Float(Double(sample) / 255) - [0.48145466, 0.4578275, 0.40821073][channel])
        / [0.26862954, 0.26130258, 0.27577711][channel]
      #expect(prepared.pixelValues[(crop * 3 + channel) * area + position] == value)
    }
  }

  @Test(arguments: AspectMode.allCases)
  func everyKernelGivesTheSameValues(aspect: AspectMode) throws {
    let image = try #require(RGBImage.noise(width: 433, height: 291, seed: 6))
    var results: Set<[Float]> = []
    for kernel in ResizeKernel.allCases where kernel.isSupported {
      var preprocessor = try ImagePreprocessor(PreprocessingConfiguration(aspect: aspect))
      preprocessor.kernel = kernel
      results.insert(try preprocessor.preprocess(image).pixelValues)
    }
    #expect(results.count == 1)
  }

  @Test func moreCropsThanTheCheckpointAllowsAreAnError() throws {
    let image = try #require(RGBImage.noise(width: 700, height: 700, seed: 6))
    var configuration = PreprocessingConfiguration(maximumCropCount: 5)
    #expect(try ImagePreprocessor(configuration).preprocess(image).crops.count == 5)
    configuration.maximumCropCount = 4
    let error = try #require(throws: ImageError.self) {
      try ImagePreprocessor(configuration).preprocess(image)
    }
    #expect(
      error.code == .unsuitableSize && error.message.contains("needs 5 crops")
        && error.message.contains("allows 4"))
  }

  @Test(arguments: [(AspectMode.pad, 1, 1), (.square, 1, 1), (.square, 40, 1)])
  func oneRowIsAnErrorWhereTheOfficialProcessorFails(
    aspect: AspectMode, width: Int, height: Int
  ) throws {
    let image = try #require(RGBImage.noise(width: width, height: height, seed: 6))
    let preprocessor = try ImagePreprocessor(PreprocessingConfiguration(aspect: aspect))
    #expect(throws: ImageError.self) { try preprocessor.preprocess(image) }
  }

  @Test func threeRowsAreTakenForChannelsAsInTheOfficialProcessor() throws {
    let bytes = try readFile(TestData.fixtures.appendingPathComponent("three_rows.png").path)
    let report = try ImageInspection().report(
      ImageDecoder.decode(bytes, name: "three_rows.png").image, aspect: .square)
    let hash = "65a71763e92e01d6d5a87b293f2f18fd8d66622941c9b4f4847c3b735853dd35"
    #expect(report["pixel_values_f32_chw_sha256"] == [.string(hash)])
  }

  @Test func aVeryLongImageIsCutWithoutScalingAllOfIt() throws {
    let image = try #require(RGBImage.noise(width: 2, height: 400_000, seed: 6))
    let prepared = try ImagePreprocessor(PreprocessingConfiguration(aspect: .square)).preprocess(
      image)
    #expect(prepared.crops.map(\.height) == [336])
    let error = try #require(throws: ImageError.self) {
      try ImagePreprocessor(PreprocessingConfiguration(aspect: .pad)).preprocess(image)
    }
    #expect(error.code == .tooLarge)
  }

  @Test func aReportOfSeveralModesKeepsTheGoodOnesBesideAnError() throws {
    let image = try #require(RGBImage.noise(width: 1, height: 1, seed: 6))
    let decoded = DecodedImage(image: image, format: .png, pillowMode: "RGB", damage: nil)
    let report = ImageInspection().report(decoded, file: "x.png", aspects: [.anyres, .pad])
    #expect(report["anyres"]?["n_crops"] == 3)
    #expect(report["pad"]?["error"]?.stringValue?.contains("1 pixel high") == true)
    #expect(report["square"] == nil)
  }

  @Test func anotherTowersSizesAreHonoured() throws {
    let image = try #require(RGBImage.noise(width: 60, height: 50, seed: 6))
    let pinpoints = [PixelSize(width: 28, height: 56), PixelSize(width: 56, height: 56)]
    let configuration = PreprocessingConfiguration(
      pinpoints: pinpoints, shortestEdge: 32, cropSize: 28)
    let prepared = try ImagePreprocessor(configuration).preprocess(image)
    #expect(
      prepared.crops.count == 5 && prepared.crops.allSatisfy { $0.width == 28 && $0.height == 28 })
    // A view of 28 is scaled to 32 and cut in the middle.
    let tile = try #require(
      image.resized(width: 56, height: 47).cropped(x: 0, y: -4, width: 28, height: 28))
    #expect(
      try prepared.crops[1]
        == tile.resized(width: 32, height: 32).cropped(x: 2, y: 2, width: 28, height: 28))
  }
}

/// Checks that every key of a golden object is in the report with the same value; an
/// `official_error` must be an error.
func expectReport(_ actual: JSONValue?, contains expected: JSONNode, path: String) throws {
  if let members = expected.value.objectValue {
    if members["official_error"] != nil {
      #expect(actual?["error"]?.stringValue != nil, "\(path)")
      return
    }
    for (key, member) in try expected.members() where key != "decoded_png" {
      try expectReport(actual?[key], contains: member, path: "\(path).\(key)")
    }
  } else if path.hasSuffix("sample_values") {
    // Written with more digits than a single-precision number has.
    let rows = try #require(actual?.arrayValue)
    #expect(try rows.count == expected.list().count)
    for (row, expectedRow) in zip(rows, try expected.list()) {
      let values = try expectedRow.list().map { Float(try $0.double()) }
      #expect(row.arrayValue?.map { Float($0.doubleValue ?? .nan) } == values, "\(path)")
    }
  } else {
    #expect(actual == expected.value, "\(path)")
  }
}
