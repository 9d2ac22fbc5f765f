public import Checkpoints
import Diagnostics
import Foundation
import Images
import ProxyVModel
import Tensor

/// A model to measure: a checkpoint of the user, or one with random weights that is written for the measurement and removed.
public struct BenchModel {
  public enum Source: Sendable {
    case folder(String)
    case synthesized(Synthesis)
  }

  /// Calls `body` with a checkpoint folder; a synthesized one exists no longer than the call.
  ///
  /// - Parameter progress: bytes written, and bytes in all.
  public static func withFolder<R>(
    _ source: Source, progress: (Int, Int) -> Void = { _, _ in }, _ body: (_ folder: String) throws -> R
  ) throws -> R {
    switch source {
    case .folder(let folder): return try body(folder)
    case .synthesized(let synthesis):
      let parent = FileManager.default.temporaryDirectory.appendingPathComponent("proxyv-eval-bench-\(UUID().uuidString)")
      do {
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
      } catch {
        throw BenchmarkingError(.unwritableFolder, "no folder can be created there", at: Location(file: parent.path), cause: error)
      }
      defer { try? FileManager.default.removeItem(at: parent) }
      let folder = parent.path + "/checkpoint"
      try synthesis.writeComplete(to: folder, progress: progress)
      return try body(folder)
    }
  }
}

/// A prompt of given size with made-up content: speed does not depend on what an image shows.
public struct BenchPrompt: Sendable {
  public var crops = 5
  /// Text tokens in all.
  public var textTokens = 50
  /// As in the Vicuna template, some 35 tokens stand before the image.
  public var textBeforeImage: Int { min(35, textTokens - 1) }

  public init(crops: Int = 5, textTokens: Int = 50) throws(BenchmarkingError) {
    guard (1...1000).contains(crops) else { throw BenchmarkingError(.invalidRequest, "--crops must be from 1 to 1000, not \(crops)") }
    guard (1...100_000).contains(textTokens) else {
      throw BenchmarkingError(.invalidRequest, "--text-tokens must be from 1 to 100000, not \(textTokens)")
    }
    self.crops = crops
    self.textTokens = textTokens
  }

  /// Crops of noise, as the tower takes them.
  func image(for model: VisionLanguageModel) throws -> PreprocessedImage {
    let side = model.preprocessor.configuration.cropSize
    var random = RandomValues(seed: crops)
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

  /// Text ids with the image's marker among them.
  func inputIDs(for model: VisionLanguageModel) -> [Int] {
    let usable = min(model.tokenizer.count, model.configuration.vocabularySize)
    var ids = (0..<textTokens).map { (259 + 37 * $0) % max(usable, 1) }
    ids.insert(PackedPrompt.imageMarker, at: textBeforeImage)
    return ids
  }
}

/// One contestant: a method with its arithmetic.
struct Contestant {
  let model: VisionLanguageModel
  let weights: WeightFormat
  let method: String
  let images: VisionLanguageModel.EncodedImages
  let prompt: PackedPrompt

  /// Loads every weight format once and shares it between the methods.
  static func all(
    folder: String, weights: [WeightFormat], methods: [String], options: LoadOptions, prompt: BenchPrompt
  ) throws -> [Contestant] {
    var contestants: [Contestant] = []
    for format in weights {
      var options = options
      options.weights = format
      options.method = methods.first
      let first = try VisionLanguageModel.load(folder: folder, options: options)
      let shared = try first.encode([prompt.image(for: first)])
      for (index, method) in methods.enumerated() {
        let model = index == 0 ? first : try first.using(method: method)
        // A method that reduces the vision tokens has features of its own.
        let images = method.contains("visionzip") != methods[0].contains("visionzip") ? try model.encode([prompt.image(for: model)]) : shared
        contestants.append(
          Contestant(
            model: model, weights: format, method: method, images: images,
            prompt: try model.layout(inputIDs: prompt.inputIDs(for: model), images: images)))
      }
    }
    return contestants
  }
}

/// The most memory that this process has held so far, or nil where the system does not say.
func peakMemory() -> Int? {
  guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
    let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
    let kilobytes = line.split(separator: " ", omittingEmptySubsequences: true).dropFirst().first.flatMap({ Int($0) })
  else { return nil }
  return kilobytes * 1024
}
