import ProxyVModel
public import Reporting
import Tensor

/// Where the time of a prefill goes: seconds of every operator, and the share of what the machine
/// could do that they are.
///
/// The machine's bounds are measured in the same rounds: multiply-adds in registers, and reads of
/// memory. An operator cannot be faster than the slower of its two bounds says; `of bound` is that
/// time over its own.
public struct PrefillProfile {
  public var bench: PrefillBench

  public init(_ bench: PrefillBench) { self.bench = bench }

  /// The rounds of one contestant, or of a vision tower.
  private struct Profiled {
    let what: String
    let weights: WeightFormat
    let compute: Compute
    let run: () throws -> Double
    var totals: [Double] = []
    var order: [OperatorProfile.Operation] = []
    var rounds: [OperatorProfile.Operation: [OperatorProfile.Work]] = [:]

    mutating func round() throws {
      compute.profile.start()
      let seconds = try run()
      let counted = compute.profile.stop()
      totals.append(seconds)
      for (operation, work) in counted {
        if rounds[operation] == nil { order.append(operation) }
        rounds[operation, default: []].append(work)
      }
    }
  }

  /// - Throws: errors of the checkpoint, of a method's name, or more crops than the checkpoint
  ///   takes.
  public func run(folder: String) throws -> ResultTable {
    let contestants = try Contestant.all(
      folder: folder, weights: bench.weights, methods: bench.methods, options: bench.options,
      prompt: bench.prompt)
    let image = try bench.prompt.image(for: contestants[0].model)
    var profiled = contestants.map { contestant in
      Profiled(
        what: contestant.method, weights: contestant.weights, compute: contestant.model.compute,
        run: contestant.secondsToFirstToken)
    }
    for contestant in contestants where contestant.method == contestants[0].method {
      profiled.append(
        Profiled(
          what: "vision tower", weights: contestant.weights, compute: contestant.model.compute,
          run: { try Timing.seconds { try contestant.model.encode([image]) } }))
    }
    for each in profiled { _ = try each.run() }
    var bounds = MachineBounds()
    for _ in 0..<max(bench.timing.runs, 1) {
      for index in profiled.indices {
        try profiled[index].round()
        bounds.measure(profiled[index].compute, for: profiled[index].order)
      }
    }

    var table = ResultTable(
      title: "Prefill by operator",
      columns: [
        .init("what", importance: .high), .init("weights", importance: .detail),
        .init("operator", importance: .essential), .init("shape", importance: .normal),
        .init("calls", importance: .detail), .init("seconds", importance: .essential),
        .init("of time", importance: .essential), .init("GFLOP/s", importance: .low),
        .init("GB/s", importance: .low),
        .init("bound", importance: .high), .init("of bound", importance: .essential),
      ])
    table.fact("isa", .text(contestants[0].model.compute.arithmeticUnit))
    table.fact("threads", .integer(contestants[0].model.compute.threads))
    table.fact("tokens", .integer(contestants[0].prompt.length))
    table.fact("rounds", .integer(bench.timing.runs))
    table.fact("memory reads in GB/s", .number(bounds.memory * 1e-9, decimals: 1))
    for (storage, peak) in bounds.peaks.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      table.fact("\(storage.rawValue) peak in GFLOP/s", .number(peak * 1e-9, decimals: 0))
    }
    for each in profiled { append(each, bounds, to: &table) }
    return table
  }

  private func append(_ profiled: Profiled, _ bounds: MachineBounds, to table: inout ResultTable) {
    let totals = MeasuredRuns(profiled.totals)
    var elsewhere = profiled.totals
    func row(_ name: String, _ seconds: MeasuredRuns) -> ResultTable.Row {
      [
        "what": .text(profiled.what), "weights": .text(profiled.weights.rawValue),
        "operator": .text(name), "seconds": .measured(seconds, decimals: 4),
        "of time": .share(seconds / totals),
      ]
    }
    for operation in profiled.order {
      guard let works = profiled.rounds[operation], works.count == profiled.totals.count else {
        continue
      }
      let seconds = MeasuredRuns(works.map(\.seconds))
      for index in elsewhere.indices { elsewhere[index] -= works[index].seconds }
      let work = works[0]
      let storage = operation.storage.map { " \($0.rawValue)" } ?? ""
      var line = row(operation.name + storage, seconds)
      line["shape"] = .text(operation.shape)
      line["calls"] = .integer(work.calls)
      if work.multiplyAdds > 0 {
        line["GFLOP/s"] = .measured(
          seconds.map { 2e-9 * Double(work.multiplyAdds) / $0 }, decimals: 1)
      }
      line["GB/s"] = .measured(seconds.map { 1e-9 * Double(work.bytes) / $0 }, decimals: 1)
      if let bound = bounds.bound(of: operation, work) {
        line["bound"] = .text(bound.name)
        line["of bound"] = .share(seconds.map { bound.seconds / $0 })
      }
      table.append(line)
    }
    table.append(row("everything else", MeasuredRuns(elsewhere)))
    table.append(row("all", totals))
  }
}

/// The best that was seen of the machine between the rounds.
struct MachineBounds {
  /// Operations per second by weights; attention multiplies as bf16 weights do.
  var peaks: [WeightStorage: Double] = [:]
  /// Bytes per second.
  var memory = 0.0

  mutating func measure(_ compute: Compute, for operations: [OperatorProfile.Operation]) {
    memory = max(memory, compute.measuredReadRate(passes: 1))
    for storage in Set(operations.map { $0.storage ?? .bf16 }) {
      peaks[storage] = max(peaks[storage] ?? 0, compute.measuredPeak(storage, seconds: 0.05))
    }
  }

  /// What an operator takes at least, and for which reason; nil where no bound is known.
  func bound(
    of operation: OperatorProfile.Operation, _ work: OperatorProfile.Work
  ) -> (name: String, seconds: Double)? {
    let peak = peaks[operation.storage ?? .bf16] ?? 0
    let multiply = peak > 0 ? 2 * Double(work.multiplyAdds) / peak : 0
    let memory = self.memory > 0 ? Double(work.bytes) / self.memory : 0
    guard multiply > 0 || memory > 0 else { return nil }
    return multiply >= memory ? ("multiply", multiply) : ("memory", memory)
  }
}
