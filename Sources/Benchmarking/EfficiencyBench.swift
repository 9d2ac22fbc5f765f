public import Checkpoints
import Diagnostics
public import ProxyVModel
public import Reporting
import Tensor

/// The paper's cost table, measured: FLOPs, time, tokens and cache of several methods on the same weights, published figures
/// beside them.
///
/// With fewer layers than the shape has, start layers are scaled in proportion (12 of 32 become 3 of 8). Every layer before a
/// method's start costs the same, and so does every layer after it; a reduction therefore depends on the share of the layers
/// behind the start alone, and carries over to the full depth.
public struct EfficiencyBench {
  /// The methods to compare, the first is the reference; nil for those of the paper's tables that the checkpoint can run.
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

  /// - Parameters:
  ///   - folder: the checkpoint
  ///   - shape: whose published figures stand beside the measured ones
  ///   - progress: what is done next
  /// - Throws: errors of the checkpoint, of a method's name, or more crops than the checkpoint takes.
  public func run(folder: String, shape: Synthesis.Shape, progress: @escaping (String) -> Void = { _ in }) throws -> ResultTable {
    var options = options
    options.method = "baseline"
    let loaded = try VisionLanguageModel.load(folder: folder, options: options)
    progress("encoding \(prompt.crops) crops")
    let contestants = try Contestant.all(
      sharing: loaded, methods: methods ?? PaperCostTable.defaultMethods(loaded.configuration), prompt: prompt)
    var executed = [Int](repeating: 0, count: contestants.count)
    let measured = try timing.alternate(
      contestants.indices.map { index in
        {
          let contestant = contestants[index]
          progress("prefill with \(contestant.model.methodName)")
          contestant.model.compute.operations.reset()
          let seconds = try contestant.secondsToFirstToken()
          executed[index] = contestant.model.compute.operations.multiplyAdds
          return seconds
        }
      })
    return try table(contestants, measured: measured, executed: executed, shape: shape)
  }

  private func table(_ contestants: [Contestant], measured: [MeasuredRuns], executed: [Int], shape: Synthesis.Shape) throws -> ResultTable {
    let model = contestants[0].model
    let accounting = try PaperCostTable(
      shape: shape, configuration: model.configuration, tokensPerCrop: model.tokensPerCrop, crops: prompt.crops, textTokens: prompt.textTokens)
    var table = ResultTable(columns: [
      "Method", "TFLOP (paper's count)", "FLOPs reduced", "Published %", "Executed G multiply-adds", "Executed reduced", "Prefill s",
      "Time reduced", "Published time %", "Vision or proxy tokens per layer", "KV cache MiB",
    ])
    for (index, contestant) in contestants.enumerated() {
      let name = contestant.model.methodName
      let counted = try accounting.counted(name)
      let layers = contestant.model.work(for: contestant.prompt)
      func reduced(_ share: MeasuredRuns) -> ResultTable.Cell { index == 0 ? .empty : .share(share) }
      let tokens = layers.reduce(0) { $0 + $1.feedForward.vision + $1.feedForward.proxy }
      let cached = layers.reduce(0) { $0 + $1.cached.total } * contestant.model.cacheBytesPerToken
      table.append([
        .text(name), counted.map { .number($0.flops * 1e-12, decimals: 2) } ?? .empty,
        counted.map { reduced(MeasuredRuns([$0.reduction / 100])) } ?? .empty,
        counted?.published?.flops.map { .number($0, decimals: 0) } ?? .empty, .number(Double(executed[index]) * 1e-9, decimals: 1),
        reduced(MeasuredRuns([1 - Double(executed[index]) / Double(executed[0])])), .measured(measured[index], decimals: 3),
        reduced((measured[index] / measured[0]).map { 1 - $0 }), counted?.published?.time.map { .number($0, decimals: 0) } ?? .empty,
        .number(Double(tokens) / Double(max(layers.count, 1)), decimals: 0), .number(Double(cached) / Double(1 << 20), decimals: 1),
      ])
    }
    table.notes = [
      "\(accounting.depth), \(prompt.crops) crops, \(prompt.textTokens) text tokens, \(model.compute.threads) threads, \(model.compute.isa.rawValue), \(model.arithmetic); median of \(measured[0].runs.count) runs in alternation, vision tower excluded.",
      "Published: ProxyV paper, prefill on one H100, eager attention. Peak memory of this process: \(peakMemory().map(readableSize) ?? "unknown").",
    ]
    return table
  }
}
