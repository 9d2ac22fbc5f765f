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
  /// Asked before every round; false ends the measurement. For scripts that alternate with another
  /// program.
  public var beforeRound: (Int) -> Bool = { _ in true }
  /// Gets the seconds of every step after every round, each named by its file.
  public var afterRound: ([(name: String, seconds: Double)]) -> Void = { _ in }

  public init(
    timing: Timing, decoding: DecodingOptions = DecodingOptions(),
    preprocessing: PreprocessingConfiguration = PreprocessingConfiguration(),
    model: VisionLanguageModel? = nil
  ) {
    self.timing = timing
    self.decoding = decoding
    self.preprocessing = preprocessing
    self.model = model
  }

  /// - Throws: errors of an image, named by its file.
  public func run(_ files: [(name: String, bytes: [UInt8])]) throws -> ResultTable {
    var table = ResultTable(
      title: "Images",
      columns: [
        .init("file", importance: .essential), .init("step", importance: .essential),
        .init("width", importance: .low), .init("height", importance: .low),
        .init("crops", importance: .normal), .init("ms", importance: .essential),
        .init("megapixels/s", importance: .high),
      ])
    table.fact("aspect", .text(preprocessing.aspect.rawValue))
    table.fact("rounds", .integer(timing.runs))
    if let model {
      table.fact("threads of the vision tower", .integer(model.compute.threads))
      table.fact("weights", .text(model.weightFormat.rawValue))
      table.fact("activations", .text(model.compute.precision.rawValue))
    }
    let steps = try files.flatMap { try self.steps(of: $0.name, bytes: $0.bytes) }
    let measured = try timing.alternate(
      steps.map(\.seconds), beforeRound: beforeRound,
      afterRound: { seconds in
        afterRound(zip(steps, seconds).map { ("\($0.file): \($0.name)", $1) })
      })
    for (step, seconds) in zip(steps, measured) {
      table.append([
        "file": .text(step.file), "step": .text(step.name), "width": .integer(step.size.width),
        "height": .integer(step.size.height), "crops": .integer(step.crops),
        "ms": .measured(seconds.map { $0 * 1e3 }, decimals: 2),
        "megapixels/s": .measured(
          seconds.map { Double(step.size.width * step.size.height) * 1e-6 / $0 }, decimals: 1),
      ])
    }
    return table
  }

  /// What is measured of one file.
  private struct Step {
    let file: String
    let name: String
    let size: PixelSize
    let crops: Int
    let seconds: () throws -> Double
  }

  private func steps(of file: String, bytes: [UInt8]) throws -> [Step] {
    let preprocessor = try ImagePreprocessor(preprocessing)
    let image = try ImageDecoder.decode(bytes, name: file, options: decoding).image
    let prepared = try preprocessor.preprocess(image)
    let edge = preprocessing.shortestEdge
    func step(_ name: String, _ seconds: @escaping () throws -> Double) -> Step {
      Step(
        file: file, name: name, size: prepared.originalSize, crops: prepared.crops.count,
        seconds: seconds)
    }
    var steps = [
      step("decode") { [timing, decoding] in
        try timing.repeated { try ImageDecoder.decode(bytes, name: file, options: decoding) }
      },
      step("resize to \(edge) x \(edge) alone") { [timing] in
        try timing.repeated { try image.resized(width: edge, height: edge) }
      },
      step("resize, crop, normalise") { [timing] in
        try timing.repeated { try preprocessor.preprocess(image) }
      },
    ]
    if let model {
      steps.append(step("encode") { try Timing.seconds { try model.encode([prepared]) } })
    }
    return steps
  }
}
