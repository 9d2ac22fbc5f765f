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
    try checkRequest()
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
    var candidates: [() throws -> Double] = cases.map { index, batch in
      { try secondsPerStep(of: contestants[index], after: &prefixes[index], batch: batch) }
    }
    let compute = contestants[0].model.compute
    candidates.append { compute.measuredReadRate() }
    let measured = try timing.alternate(candidates)
    let bandwidth = measured[cases.count]

    var table = table(contestants[0].model, bandwidth: bandwidth)
    for (place, (index, batch)) in cases.enumerated() {
      let contestant = contestants[index]
      let seconds = measured[place]
      let cached = cachedTokens(of: contestant, after: prefixes[index])
      let rate = seconds.map { bytesPerStep(of: contestant, cached: cached, batch: batch) / $0 }
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

  private func checkRequest() throws(BenchmarkingError) {
    guard (1...100_000).contains(tokens) else {
      throw BenchmarkingError(.invalidRequest, "--tokens must be from 1 to 100000, not \(tokens)")
    }
    guard !batches.isEmpty, batches.allSatisfy({ (1...64).contains($0) }) else {
      throw BenchmarkingError(.invalidRequest, "--batch takes numbers from 1 to 64")
    }
  }

  /// So many questions with the same prefix are continued together.
  private func secondsPerStep(
    of contestant: Contestant, after prefix: inout VisionLanguageModel.Prefix, batch: Int
  ) throws -> Double {
    // A step less than tokens are asked for: the first one comes from prefill.
    let continuation = VisionLanguageModel.Continuation(
      contestant.prompt, maximumNewTokens: tokens + 1)
    let generations = try contestant.model.generate(
      Array(repeating: continuation, count: batch), after: &prefix, stopIDs: [])
    return generations.reduce(0) { $0 + $1.generationSeconds } / Double(tokens)
  }

  /// The tokens in the cache of each layer when the first step begins. // [layers]
  private func cachedTokens(
    of contestant: Contestant, after prefix: VisionLanguageModel.Prefix
  ) -> [Int] {
    let ownTokens = contestant.prompt.textCount - contestant.prompt.prefixTextCount
    return prefix.cacheLengths.map { $0 + ownTokens }
  }

  /// The weights and the shared prefix are read once for all questions, each one's own tokens for
  /// itself.
  private func bytesPerStep(of contestant: Contestant, cached: [Int], batch: Int) -> Double {
    let ownTokens = contestant.prompt.textCount - contestant.prompt.prefixTextCount
    let tokens = cached.reduce(0, +) + ownTokens * cached.count * (batch - 1)
    return Double(
      contestant.model.decodingWeightBytes + tokens * contestant.model.cacheBytesPerToken)
  }

  /// The table without its rows: how it was measured.
  private func table(_ model: VisionLanguageModel, bandwidth: MeasuredRuns) -> ResultTable {
    var table = ResultTable(
      title: "Decode",
      columns: [
        .init("method", importance: .essential), .init("weights", importance: .essential),
        .init("batch", importance: .essential), .init("in cache", importance: .low),
        .init("ms per step", importance: .normal), .init("tokens/s", importance: .essential),
        .init("GB/s", importance: .low), .init("of memory", importance: .high),
        .init("speed", importance: .high),
      ])
    let compute = model.compute
    table.fact("layers", .integer(model.configuration.layerCount))
    table.fact("threads", .integer(compute.threads))
    table.fact("isa", .text(compute.arithmeticUnit))
    table.fact("activations", .text(compute.precision.rawValue))
    table.fact("attention", .text(compute.attentionForm.rawValue))
    table.fact("tokens per run", .integer(tokens))
    table.fact("rounds", .integer(timing.runs))
    table.fact("memory reads in GB/s", .measured(bandwidth.map { $0 * 1e-9 }, decimals: 1))
    return table
  }
}
