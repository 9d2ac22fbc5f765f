import Diagnostics
import Foundation
public import ProxyVModel
public import Reporting
import Tensor

/// Time to the first token after one image: the vision tower apart, then prefix, question and first
/// logits.
public struct PrefillBench {
  public var methods: [String]
  public var weights: [WeightFormat]
  public var prompt: BenchPrompt
  public var timing: Timing
  /// Threads, precision and instruction set.
  public var options: LoadOptions
  /// Asked before every round; false ends the measurement. For scripts that alternate with another
  /// program.
  public var beforeRound: (Int) -> Bool = { _ in true }
  /// Gets the seconds of every contestant after every round.
  public var afterRound: ([(name: String, seconds: Double)]) -> Void = { _ in }

  public init(
    methods: [String], weights: [WeightFormat], prompt: BenchPrompt, timing: Timing,
    options: LoadOptions
  ) {
    self.methods = methods
    self.weights = weights
    self.prompt = prompt
    self.timing = timing
    self.options = options
  }

  /// - Throws: errors of the checkpoint, of a method's name, or more crops than the checkpoint
  ///   takes.
  public func run(folder: String) throws -> ResultTable {
    let contestants = try Contestant.all(
      folder: folder, weights: weights, methods: methods, options: options, prompt: prompt)
    let reference = contestants[0]
    let names = contestants.map { "\($0.method) \($0.weights.rawValue)" }
    let towers = contestants.indices.filter { index in
      contestants.firstIndex { $0.weights == contestants[index].weights } == index
    }
    let towerImage = try prompt.image(for: reference.model)
    var candidates: [() throws -> Double] = contestants.map { contestant in
      { try contestant.secondsToFirstToken() }
    }
    for index in towers {
      candidates.append { try Timing.seconds { try contestants[index].model.encode([towerImage]) } }
    }
    let measured = try timing.alternate(
      candidates,
      beforeRound: beforeRound,
      afterRound: { seconds in
        afterRound(
          zip(names + towers.map { "vision tower \(contestants[$0].weights.rawValue)" }, seconds)
            .map { ($0, $1) })
      })

    var table = ResultTable(
      title: "Prefill",
      columns: [
        .init("what", importance: .essential), .init("weights", importance: .essential),
        .init("tokens", importance: .low), .init("seconds", importance: .essential),
        .init("tokens/s", importance: .normal), .init("GFLOP/s", importance: .low), "of peak",
        .init("speed", importance: .high), .init("time saved", importance: .essential),
        .init("FLOPs saved", importance: .high),
      ])
    note(reference, in: &table)
    let referenceWork = Double(Self.languageMultiplyAdds(reference))
    for (index, contestant) in contestants.enumerated() {
      let work = Double(Self.languageMultiplyAdds(contestant))
      let tokens = contestant.prompt.length
      let rate = measured[index].map { 2e-9 * work / $0 }
      let peak = peak(of: contestant)
      table.append([
        "what": .text(contestant.method), "weights": .text(contestant.weights.rawValue),
        "tokens": .integer(tokens), "seconds": .measured(measured[index], decimals: 3),
        "tokens/s": .measured(measured[index].map { Double(tokens) / $0 }, decimals: 1),
        "GFLOP/s": .measured(rate, decimals: 1),
        "of peak": peak > 0 ? .share(rate.map { $0 * 1e9 / peak }) : .empty,
        "speed": .measured(measured[0] / measured[index], decimals: 3),
        "time saved": .share((measured[index] / measured[0]).map { 1 - $0 }),
        "FLOPs saved": .share(MeasuredRuns([1 - work / referenceWork])),
      ])
    }
    for (place, index) in towers.enumerated() {
      let seconds = measured[contestants.count + place]
      let cost = contestants[index].model.cost(of: contestants[index].prompt)
      let rate = seconds.map { 2e-9 * Double(cost.visionEncoder + cost.projector) / $0 }
      let peak = peak(of: contestants[index])
      table.append([
        "what": .text("vision tower, \(prompt.crops) crops"),
        "weights": .text(contestants[index].weights.rawValue),
        "tokens": .integer(contestants[index].prompt.visionCount),
        "seconds": .measured(seconds, decimals: 3),
        "tokens/s": .measured(
          seconds.map { Double(contestants[index].prompt.visionCount) / $0 }, decimals: 1),
        "GFLOP/s": .measured(rate, decimals: 1),
        "of peak": peak > 0 ? .share(rate.map { $0 * 1e9 / peak }) : .empty,
        "speed": .measured(measured[contestants.count] / seconds, decimals: 3),
      ])
    }
    if let peak = peakMemory() {
      table.fact("peak memory in GiB", .number(Double(peak) / Double(1 << 30), decimals: 2))
    }
    return table
  }

  /// What the decoder really multiplies, output head included.
  private static func languageMultiplyAdds(_ contestant: Contestant) -> Int {
    let cost = contestant.model.cost(of: contestant.prompt)
    return cost.decoder.total + cost.head
  }

  private func peak(of contestant: Contestant) -> Double {
    contestant.model.compute.measuredPeak(
      contestant.weights == .stored
        ? .bf16 : WeightStorage(rawValue: contestant.weights.rawValue) ?? .f32)
  }

  private func note(_ contestant: Contestant, in table: inout ResultTable) {
    let compute = contestant.model.compute
    table.fact("layers", .integer(contestant.model.configuration.layerCount))
    table.fact("hidden", .integer(contestant.model.configuration.hiddenSize))
    table.fact("crops", .integer(prompt.crops))
    table.fact("text tokens", .integer(prompt.textTokens))
    table.fact("threads", .integer(compute.threads))
    table.fact("isa", .text(compute.arithmeticUnit))
    table.fact("activations", .text(compute.precision.rawValue))
    table.fact("attention", .text(compute.attentionForm.rawValue))
    table.fact("rounds", .integer(timing.runs))
    table.fact("speed is relative to", .text("\(contestant.method) \(contestant.weights.rawValue)"))
  }
}
