import Diagnostics
public import ProxyVModel
public import Reporting
import Tensor

/// Greedy decoding after one image: tokens per second at batch 1, and the share of the rate at which memory can be read.
public struct DecodeBench {
  public var methods: [String]
  public var weights: [WeightFormat]
  public var prompt: BenchPrompt
  /// Steps per measured run.
  public var tokens: Int
  public var timing: Timing
  public var options: LoadOptions

  public init(methods: [String], weights: [WeightFormat], prompt: BenchPrompt, tokens: Int, timing: Timing, options: LoadOptions) {
    self.methods = methods
    self.weights = weights
    self.prompt = prompt
    self.tokens = tokens
    self.timing = timing
    self.options = options
  }

  public func run(folder: String) throws -> ResultTable {
    guard (1...100_000).contains(tokens) else {
      throw BenchmarkingError(.invalidRequest, "--tokens must be from 1 to 100000, not \(tokens)")
    }
    let contestants = try Contestant.all(folder: folder, weights: weights, methods: methods, options: options, prompt: prompt)
    var prefixes = try contestants.map {
      try $0.model.prefill($0.prompt, images: $0.images, additionalTokens: $0.prompt.textCount + tokens + 1)
    }
    let memory = [UInt8](repeating: 1, count: 512 << 20)
    // A step less than tokens are asked for: the first one comes from prefill.
    var candidates: [() throws -> Double] = contestants.indices.map { index in
      {
        let contestant = contestants[index]
        return try contestant.model.generate(
          contestant.prompt, after: &prefixes[index], stopIDs: [], maximumNewTokens: tokens + 1
        ).generationSeconds / Double(tokens)
      }
    }
    // The best of three passes: one that lost a thread to another program says nothing about the memory.
    candidates.append { (0..<3).map { _ in contestants[0].model.compute.measuredReadRate(of: memory.span.bytes) }.max() ?? 0 }
    let measured = try timing.alternate(candidates)
    let bandwidth = measured[contestants.count]

    var table = ResultTable(
      title: "Decode", columns: ["method", "weights", "batch", "in cache", "ms per token", "tokens/s", "GB/s", "of memory", "speed"])
    let compute = contestants[0].model.compute
    table.fact("layers", .integer(contestants[0].model.configuration.layerCount))
    table.fact("threads", .integer(compute.threads))
    table.fact("isa", .text(compute.isa.rawValue))
    table.fact("activations", .text(compute.precision.rawValue))
    table.fact("tokens per run", .integer(tokens))
    table.fact("rounds", .integer(timing.runs))
    table.fact("memory reads in GB/s", .measured(bandwidth.map { $0 * 1e-9 }, decimals: 1))
    for (index, contestant) in contestants.enumerated() {
      let cached = prefixes[index].cacheLengths.map { $0 + contestant.prompt.textCount - contestant.prompt.prefixTextCount }
      let bytes = Double(contestant.model.decodingWeightBytes + cached.reduce(0, +) * contestant.model.cacheBytesPerToken)
      let rate = measured[index].map { bytes / $0 }
      table.append([
        .text(contestant.method), .text(contestant.weights.rawValue), .integer(1), .integer(cached.max() ?? 0),
        .measured(measured[index].map { $0 * 1e3 }, decimals: 2), .measured(measured[index].map { 1 / $0 }, decimals: 2),
        .measured(rate.map { $0 * 1e-9 }, decimals: 1), .share(rate / bandwidth), .measured(measured[0] / measured[index], decimals: 3),
      ])
    }
    if let peak = peakMemory() { table.fact("peak memory in GiB", .number(Double(peak) / Double(1 << 30), decimals: 2)) }
    return table
  }
}
