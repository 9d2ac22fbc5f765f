import Diagnostics
public import ProxyVModel
public import Reporting
import Tensor

/// Greedy decoding after one image: tokens per second of one question and of several together, and
/// the share of the rate at which memory can be read.
public struct DecodeBench {
  public var methods: [String]
  public var weights: [WeightFormat]
  public var prompt: BenchPrompt
  /// Questions that are continued together.
  public var batches: [Int]
  /// Steps per measured run.
  public var tokens: Int
  public var timing: Timing
  public var options: LoadOptions

  public init(
    methods: [String], weights: [WeightFormat], prompt: BenchPrompt, batches: [Int], tokens: Int,
    timing: Timing, options: LoadOptions
  ) {
    self.methods = methods
    self.weights = weights
    self.prompt = prompt
    self.batches = batches
    self.tokens = tokens
    self.timing = timing
    self.options = options
  }

  public func run(folder: String) throws -> ResultTable {
    guard (1...100_000).contains(tokens) else {
      throw BenchmarkingError(.invalidRequest, "--tokens must be from 1 to 100000, not \(tokens)")
    }
    guard !batches.isEmpty, batches.allSatisfy({ (1...64).contains($0) }) else {
      throw BenchmarkingError(.invalidRequest, "--batch takes numbers from 1 to 64")
    }
    let contestants = try Contestant.all(
      folder: folder, weights: weights, methods: methods, options: options, prompt: prompt)
    var prefixes = try contestants.map {
      try $0.model.prefill(
        $0.prompt, images: $0.images,
        additionalTokens: (batches.max() ?? 1) * ($0.prompt.textCount + tokens + 128))
    }
    let cases = contestants.indices.flatMap { index in
      batches.map { (contestant: index, batch: $0) }
    }
    // A step less than tokens are asked for: the first one comes from prefill.
    var candidates: [() throws -> Double] = cases.map { index, batch in
      {
        let contestant = contestants[index]
        let continuations = Array(
          repeating: VisionLanguageModel.Continuation(
            contestant.prompt, maximumNewTokens: tokens + 1), count: batch)
        let generations = try contestant.model.generate(
          continuations, after: &prefixes[index], stopIDs: [])
        return generations.reduce(0) { $0 + $1.generationSeconds } / Double(tokens)
      }
    }
    candidates.append { contestants[0].model.compute.measuredReadRate() }
    let measured = try timing.alternate(candidates)
    let bandwidth = measured[cases.count]

    var table = ResultTable(
      title: "Decode",
      columns: [
        "method", "weights", "batch", "in cache", "ms per step", "tokens/s", "GB/s", "of memory",
        "speed",
      ])
    let compute = contestants[0].model.compute
    table.fact("layers", .integer(contestants[0].model.configuration.layerCount))
    table.fact("threads", .integer(compute.threads))
    table.fact("isa", .text(compute.arithmeticUnit))
    table.fact("activations", .text(compute.precision.rawValue))
    table.fact("attention", .text(compute.attentionForm.rawValue))
    table.fact("tokens per run", .integer(tokens))
    table.fact("rounds", .integer(timing.runs))
    table.fact("memory reads in GB/s", .measured(bandwidth.map { $0 * 1e-9 }, decimals: 1))
    for (place, (index, batch)) in cases.enumerated() {
      let contestant = contestants[index]
      let seconds = measured[place]
      let cached = prefixes[index].cacheLengths.map {
        $0 + contestant.prompt.textCount - contestant.prompt.prefixTextCount
      }
      // The weights and the shared prefix are read once for all questions, each one's own tokens
      // for itself.
      let own =
        (contestant.prompt.textCount - contestant.prompt.prefixTextCount) * cached.count
        * (batch - 1)
      let bytes = Double(
        contestant.model.decodingWeightBytes + (cached.reduce(0, +) + own)
          * contestant.model.cacheBytesPerToken)
      let rate = seconds.map { bytes / $0 }
      table.append([
        "method": .text(contestant.method), "weights": .text(contestant.weights.rawValue),
        "batch": .integer(batch), "in cache": .integer(cached.max() ?? 0),
        "ms per step": .measured(seconds.map { $0 * 1e3 }, decimals: 2),
        "tokens/s": .measured(seconds.map { Double(batch) / $0 }, decimals: 2),
        "GB/s": .measured(rate.map { $0 * 1e-9 }, decimals: 1),
        "of memory": .share(rate / bandwidth),
        "speed": .measured(
          (measured[0] / seconds).map { $0 * Double(batch) / Double(batches[0]) }, decimals: 3),
      ])
    }
    if let peak = peakMemory() {
      table.fact("peak memory in GiB", .number(Double(peak) / Double(1 << 30), decimals: 2))
    }
    return table
  }
}
