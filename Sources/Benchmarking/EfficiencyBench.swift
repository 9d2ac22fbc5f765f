import Checkpoints
import Diagnostics
public import ProxyVModel
import Reporting
import Tensor

/// The paper's cost table, measured: FLOPs, time, tokens, cache and memory of several methods on
/// the same weights, in alternation.
public struct EfficiencyBench {
  /// The methods to compare, the first is the reference; nil for those of the paper's tables that
  /// the checkpoint can run.
  public var methods: [String]?
  public var prompt: BenchPrompt
  public var timing: Timing
  /// Threads, weights, precision and instruction set.
  public var options: LoadOptions

  public init(methods: [String]?, prompt: BenchPrompt, timing: Timing, options: LoadOptions) {
    self.methods = methods
    self.prompt = prompt
    self.timing = timing
    self.options = options
  }

  /// What was measured of one method.
  package struct Row {
    package let method: String
    /// The method's name at the full depth of the shape.
    package let fullName: String
    let counted: PaperAccounting.Counted?
    let executed: Int
    let seconds: MeasuredRuns
    /// Executed work at the full depth over that at this depth; nil where the shape is unknown.
    package let depthFactor: Double?
    let tokens: String
    let cacheBytes: Int
    let peakBytes: Int?
  }

  /// What was measured of one checkpoint.
  public struct Measurement {
    package let rows: [Row]
    let shape: Synthesis.Shape?
    package let layers: Int
    package let fullDepth: Int?
    /// Of the model at its full depth.
    let architecture: String
    /// Prompt, threads, arithmetic.
    let setting: String
  }

  /// Measures the methods on one checkpoint; its shape, if the paper has it, decides whose
  /// published figures stand beside.
  /// - Parameter progress: what is done next
  /// - Throws: errors of the checkpoint, of a method's name, or more crops than the checkpoint
  ///   takes.
  public func measure(
    folder: String, progress: @escaping (String) -> Void = { _ in }
  ) throws -> Measurement {
    var options = options
    options.method = "baseline"
    let loaded = try VisionLanguageModel.load(folder: folder, options: options)
    progress("encoding \(prompt.crops) crops")
    let contestants = try Contestant.all(
      sharing: loaded, methods: methods ?? PaperCostTable.defaultMethods(loaded.configuration),
      prompt: prompt)
    var executed = [Int](repeating: 0, count: contestants.count)
    var peaks = [Int?](repeating: nil, count: contestants.count)
    let measured = try timing.alternate(
      contestants.indices.map { index in
        {
          let contestant = contestants[index]
          progress("prefill with \(contestant.model.methodName)")
          contestant.model.compute.operations.reset()
          let isReset = resetPeakMemory()
          let seconds = try contestant.secondsToFirstToken()
          executed[index] = contestant.model.compute.operations.multiplyAdds
          peaks[index] = isReset ? peakMemory() : nil
          return seconds
        }
      })
    let configuration = loaded.configuration
    let shape = try Synthesis.Shape.matching(configuration)
    let accounting = PaperAccounting(
      configuration: configuration, shape: shape, prompt: prompt,
      tokensPerCrop: loaded.tokensPerCrop, published: try PublishedTables())
    let scaling = shape.map {
      DepthScaling(
        shape: $0, configuration: configuration, tower: loaded.checkpoint.tower.configuration,
        prompt: prompt)
    }
    let rows = try contestants.enumerated().map { index, contestant in
      let name = contestant.model.methodName
      let layers = contestant.model.work(for: contestant.prompt)
      return Row(
        method: name, fullName: try scaling?.fullName(name) ?? name,
        counted: try accounting.counted(name), executed: executed[index],
        seconds: measured[index], depthFactor: try scaling?.factor(name),
        tokens: Self.profile(layers),
        cacheBytes: layers.reduce(0) { $0 + $1.cached.total } * contestant.model.cacheBytesPerToken,
        peakBytes: peaks[index])
    }
    let fullDepth = try scaling?.fullDepth
    var full = configuration
    full.layerCount = fullDepth ?? configuration.layerCount
    return Measurement(
      rows: rows, shape: shape, layers: configuration.layerCount, fullDepth: fullDepth,
      architecture: full.architecture,
      setting:
        """
        \(prompt.crops) crops, \(prompt.textTokens) text tokens, \(loaded.compute.threads) \
        threads, \(loaded.compute.arithmeticUnit), \(loaded.arithmetic); median of \
        \(timing.runs) runs in alternation, vision tower excluded
        """
    )
  }

  /// The tokens that stand for the image in the FFN, layer by layer: `2880 ×12, 180 proxies ×19,
  /// none ×1`; the last layer needs none of them.
  static func profile(_ layers: [LayerWork]) -> String {
    var runs: [(text: String, count: Int)] = []
    for layer in layers {
      let (vision, proxy) = (layer.feedForward.vision, layer.feedForward.proxy)
      let text =
        proxy > 0
        ? (vision > 0 ? "\(vision) + " : "") + "\(proxy) proxies"
        : vision > 0 ? String(vision) : "none"
      if runs.last?.text == text { runs[runs.count - 1].count += 1 } else { runs.append((text, 1)) }
    }
    return runs.map { "\($0.text) ×\($0.count)" }.joined(separator: ", ")
  }
}
