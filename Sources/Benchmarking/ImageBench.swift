public import Images
public import ProxyVModel
public import Reporting

/// From the bytes of an image file to features, step by step.
public struct ImageBench {
  public var timing: Timing
  public var decoding: DecodingOptions
  public var preprocessing: PreprocessingConfiguration
  /// Encodes the crops, where one is given.
  public var model: VisionLanguageModel?

  public init(
    timing: Timing, decoding: DecodingOptions = DecodingOptions(), preprocessing: PreprocessingConfiguration = PreprocessingConfiguration(),
    model: VisionLanguageModel? = nil
  ) {
    self.timing = timing
    self.decoding = decoding
    self.preprocessing = preprocessing
    self.model = model
  }

  /// - Throws: errors of an image, named by its file.
  public func run(_ files: [(name: String, bytes: [UInt8])]) throws -> ResultTable {
    var table = ResultTable(title: "Images", columns: ["file", "step", "width", "height", "crops", "ms", "megapixels/s"])
    table.fact("aspect", .text(preprocessing.aspect.rawValue))
    table.fact("rounds", .integer(timing.runs))
    if let model {
      table.fact("threads of the vision tower", .integer(model.compute.threads))
      table.fact("weights", .text(model.weightFormat.rawValue))
      table.fact("activations", .text(model.compute.precision.rawValue))
    }
    let preprocessor = try ImagePreprocessor(preprocessing)
    for (name, bytes) in files {
      let image = try ImageDecoder.decode(bytes, name: name, options: decoding).image
      let prepared = try preprocessor.preprocess(image)
      let resized = image.width > 0 ? preprocessing.shortestEdge : 0
      var steps: [(String, () throws -> Double)] = [
        ("decode", { [timing, decoding] in try timing.repeated { try ImageDecoder.decode(bytes, name: name, options: decoding) } }),
        ("resize to \(resized) x \(resized) alone", { [timing] in try timing.repeated { try image.resized(width: resized, height: resized) } }),
        ("resize, crop, normalise", { [timing] in try timing.repeated { try preprocessor.preprocess(image) } }),
      ]
      if let model { steps.append(("encode", { try Timing.seconds { try model.encode([prepared]) } })) }
      let pixels = Double(image.width * image.height) * 1e-6
      for ((step, _), seconds) in zip(steps, try timing.alternate(steps.map(\.1))) {
        table.append([
          .text(name), .text(step), .integer(image.width), .integer(image.height), .integer(prepared.crops.count),
          .measured(seconds.map { $0 * 1e3 }, decimals: 2), .measured(seconds.map { pixels / $0 }, decimals: 1),
        ])
      }
    }
    return table
  }
}
