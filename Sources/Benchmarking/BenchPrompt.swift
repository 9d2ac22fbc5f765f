import Checkpoints
import DataFormats
import Images
import ProxyVModel

/// A prompt of given size with made-up content: speed does not depend on what an image shows.
public struct BenchPrompt: Sendable {
  public var crops = 5
  /// Text tokens in all.
  public var textTokens = 50
  /// As in the Vicuna template, some 35 tokens stand before the image.
  public var textBeforeImage: Int { min(35, textTokens - 1) }

  public init(crops: Int = 5, textTokens: Int = 50) throws(BenchmarkingError) {
    guard (1...1000).contains(crops) else {
      throw BenchmarkingError(.invalidRequest, "--crops must be from 1 to 1000, not \(crops)")
    }
    guard (1...100_000).contains(textTokens) else {
      throw BenchmarkingError(
        .invalidRequest, "--text-tokens must be from 1 to 100000, not \(textTokens)")
    }
    self.crops = crops
    self.textTokens = textTokens
  }

  /// - Parameters:
  ///   - crops: nil for 5, or as many as the checkpoint takes where these are fewer
  ///   - checkpoint: the folder of the model that is measured; nil for one with random weights
  public init(crops: Int?, textTokens: Int, checkpoint: String?) throws(BenchmarkingError) {
    // What is wrong with a checkpoint is said when it is opened.
    let most = checkpoint.flatMap { folder in
      try? ModelConfiguration(
        contentsOf: (HubFolder.snapshot(of: folder) ?? folder) + "/config.json"
      ).maxCrops
    }
    try self.init(crops: crops ?? min(5, max(1, most ?? 5)), textTokens: textTokens)
  }

  /// Crops of noise, as the tower takes them; another `variant` gives other noise.
  func image(for model: VisionLanguageModel, variant: Int = 0) throws -> PreprocessedImage {
    guard crops <= model.configuration.maxCrops else {
      throw BenchmarkingError(
        .invalidRequest,
        """
        --crops \(crops) is more than this checkpoint takes, \(model.configuration.maxCrops) \
        (max_num_image_crops)
        """
      )
    }
    let side = model.preprocessor.configuration.cropSize
    var random = RandomValues(seed: crops + 1009 * variant)
    let pixels = (0..<side * side * 3).map { _ in UInt8(random.below(256)) }
    guard let noise = RGBImage(width: side, height: side, pixels: pixels) else {
      throw BenchmarkingError(.invalidRequest, "crops of \(side) pixels are not possible")
    }
    var configuration = model.preprocessor.configuration
    configuration.aspect = .square
    var image = try ImagePreprocessor(configuration).preprocess(noise)
    image.crops = Array(repeating: noise, count: crops)
    image.pixelValues = random.vector(3 * side * side * crops)
    return image
  }

  /// Text ids with the image's marker among them; another `variant` gives other ids.
  func inputIDs(for model: VisionLanguageModel, variant: Int = 0) -> [Int] {
    let usable = min(model.tokenizer.count, model.configuration.vocabularySize)
    var ids = (0..<textTokens).map { (259 + 37 * $0 + 1009 * variant) % max(usable, 1) }
    ids.insert(PackedPrompt.imageMarker, at: textBeforeImage)
    return ids
  }
}
