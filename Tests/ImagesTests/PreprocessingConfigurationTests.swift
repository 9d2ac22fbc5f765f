import DataFormats
import Diagnostics
import Images
import Testing

@Suite struct PreprocessingConfigurationTests {
  static func applied(_ json: String) throws -> PreprocessingConfiguration {
    var configuration = PreprocessingConfiguration()
    try configuration.apply(
      preprocessor: JSONNode(JSONValue.parse(json), file: "preprocessor_config.json"))
    return configuration
  }

  @Test func sizesMeanAndDeviationAreTaken() throws {
    let configuration = try Self.applied(
      """
      {"size": {"shortest_edge": 224}, "crop_size": {"height": 224, "width": 224}, "image_mean": [0.5, 0.4, 0.3],
       "image_std": [0.1, 0.2, 0.3], "rescale_factor": 0.5, "do_resize": true, "resample": 3, "unknown": null}
      """)
    #expect(configuration.shortestEdge == 224 && configuration.cropSize == 224)
    #expect(
      configuration.mean == [0.5, 0.4, 0.3] && configuration.standardDeviation == [0.1, 0.2, 0.3])
    #expect(configuration.rescaleFactor == 0.5)
  }

  @Test func plainNumbersAsInOldFilesAreTaken() throws {
    let configuration = try Self.applied("{\"size\": 224, \"crop_size\": 224}")
    #expect(configuration.shortestEdge == 224 && configuration.cropSize == 224)
  }

  @Test func absentKeysKeepTheValuesOfCLIP() throws {
    let configuration = try Self.applied("{}")
    #expect(configuration.cropSize == 336 && configuration.mean[0] == 0.48145466)
  }

  @Test(arguments: [
    "{\"do_normalize\": false}", "{\"resample\": 2}", "{\"image_mean\": [0.5]}",
    "{\"image_std\": \"x\"}", "{\"size\": {\"height\": 3}}",
    "{\"crop_size\": {\"height\": 3, \"width\": 4}}", "[]",
  ])
  func whatIsNotSupportedIsAnErrorThatNamesTheFile(json: String) throws {
    let error = try #require(throws: ImageError.self) { try Self.applied(json) }
    #expect(
      error.code == .invalidConfiguration && render(error).contains("preprocessor_config.json"))
  }

  @Test(arguments: [
    PreprocessingConfiguration(cropSize: 0), PreprocessingConfiguration(shortestEdge: 300),
    PreprocessingConfiguration(mean: [1, 2]),
    PreprocessingConfiguration(standardDeviation: [0, 1, 1]),
    PreprocessingConfiguration(mean: [0.1, .nan, 0.3]),
    PreprocessingConfiguration(pinpoints: []),
    PreprocessingConfiguration(pinpoints: [PixelSize(width: 100, height: 336)]),
    PreprocessingConfiguration(shortestEdge: 1 << 40, cropSize: 336),
  ])
  func impossibleSettingsAreRefused(configuration: PreprocessingConfiguration) {
    #expect(throws: ImageError.self) { try ImagePreprocessor(configuration) }
  }

  @Test func theWordsOfTheModelsConfigurationAreKnown() throws {
    #expect(try AspectMode(configurationName: "anyres") == .anyres)
    #expect(try AspectMode(configurationName: nil) == .square)
    #expect(try AspectMode(configurationName: "none") == .square)
    let error = try #require(throws: ImageError.self) {
      try AspectMode(configurationName: "anyrse")
    }
    #expect(error.message.contains("did you mean \"anyres\"?"))
  }
}
