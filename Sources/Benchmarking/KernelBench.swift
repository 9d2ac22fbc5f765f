import Foundation
public import Reporting
public import Tensor

/// Measures the operators at the sizes of the models and at odd ones: the largest error against the
/// plain reference, the rate, and its share of what the machine can do, measured in the same
/// rounds.
public struct KernelBench {
  /// A part of the table.
  public enum Group: String, CaseIterable, Sendable {
    /// Linear maps of prefill and of the vision tower.
    case linear
    /// Linear maps over one to 16 rows, which are bound by memory.
    case decode
    case attention
    /// Norms, activations, rotation: bound by memory.
    case rows
    /// Linear maps and attention at sizes around every blocking of the kernels.
    case odd
  }

  public var groups = Group.allCases
  public var isas: [ISA] = [.best]
  /// OpenBLAS multiplies beside every list of instruction sets where it is there.
  public var backends = Backend.available
  public var storages = WeightStorage.allCases
  public var precision = Precision.bf16
  public var threads: Int
  public var timing: Timing
  /// Told what is measured next.
  public var progress: (String) -> Void = { _ in }

  public init(threads: Int, runs: Int) {
    self.threads = threads
    timing = Timing(runs: runs)
  }

  public struct Result: Sendable {
    public var table: ResultTable
    /// Rows whose error is larger than rounding explains.
    public var wrong: [String] = []
  }

  /// - Throws: ``TensorError`` where the machine lacks an instruction set or refuses the threads.
  public func run() throws -> Result {
    var table = ResultTable(
      title: "Kernels",
      columns: [
        .init("isa", importance: .high), .init("operator", importance: .essential),
        .init("weights", importance: .essential), "shape", .init("error", importance: .essential),
        .init("allowed", importance: .low), .init("GFLOP/s", importance: .normal),
        .init("of peak", importance: .essential), .init("GB/s", importance: .low),
        .init("of memory", importance: .essential),
      ])
    table.fact("threads", .integer(threads))
    table.fact("activations", .text(precision.rawValue))
    table.fact("rounds", .integer(timing.runs))
    let bench = KernelBenchRun(bench: self, result: Result(table: table))
    if backends.contains(.kernels) {
      for isa in isas {
        try bench.run(try Compute(threads: threads, isa: isa, precision: precision))
      }
    }
    if backends.contains(.openblas) {
      try bench.run(try Compute(threads: threads, precision: precision, backend: .openblas))
    }
    return bench.result
  }
}

/// A run of ``KernelBench`` under way.
final class KernelBenchRun {
  let bench: KernelBench
  var result: KernelBench.Result
  private var measuredMemory = false

  init(bench: KernelBench, result: KernelBench.Result) {
    self.bench = bench
    self.result = result
  }

  func run(_ compute: Compute) throws {
    if !measuredMemory {
      measuredMemory = true
      let rate = try bench.timing.alternate([{ compute.measuredReadRate() * 1e-9 }])[0]
      result.table.fact("memory reads in GB/s", .measured(rate, decimals: 1))
    }
    // What OpenBLAS computes: the rest is the kernels' once more.
    let isOpenBLAS = compute.backend == .openblas
    let storages = bench.storages.filter { !isOpenBLAS || $0 != .int8 }
    if isOpenBLAS { result.table.fact("openblas", .text(compute.arithmeticUnit)) }
    for storage in storages where !isOpenBLAS {
      let peak = compute.measuredPeak(storage)
      if peak > 0 {
        result.table.fact(
          "\(compute.isa.rawValue) \(storage.rawValue) peak in GFLOP/s",
          .number(peak * 1e-9, decimals: 0))
      }
    }
    for group in bench.groups {
      switch group {
      case .linear:
        for storage in storages {
          for shape in ModelShapes.linear { try linear(shape, storage, compute) }
        }
      case .decode: for storage in storages { try decode(storage, compute) }
      case .attention where !isOpenBLAS:
        for (name, size) in ModelShapes.attention { try attention(name, size, compute) }
      case .rows where !isOpenBLAS: try pointwise(compute)
      case .odd:
        for storage in storages {
          for size in LinearCase.all { try linear(size, storage, compute) }
        }
        guard !isOpenBLAS else { continue }
        for size in AttentionCase.all { try attention("odd", size, compute) }
      case .attention, .rows: break
      }
    }
  }

  /// What bounds an operator: multiply-adds, or bytes from memory.
  enum Work {
    case operations(Double, peak: WeightStorage)
    case bytes(Double)
  }

  /// Times `body` in alternation with the machine's limit and appends the row.
  func append(
    _ name: String, _ storage: String, _ shape: String, work: Work, error: Double, allowed: Double,
    _ compute: Compute,
    body: @escaping () -> Void
  ) throws {
    let unit = compute.backend == .kernels ? compute.isa.rawValue : compute.backend.rawValue
    bench.progress("\(unit) \(name) \(storage) \(shape)")
    var row: ResultTable.Row = [
      "isa": .text(unit), "operator": .text(name), "weights": .text(storage),
      "shape": .text(shape), "error": .number(error, decimals: -1),
      "allowed": .number(allowed, decimals: -1),
    ]
    let bench = bench
    let limit: () -> Double =
      switch work {
      case .operations(_, let peak): { compute.measuredPeak(peak, seconds: 0.05) * 1e-9 }
      case .bytes: { compute.measuredReadRate() * 1e-9 }
      }
    let measured = try bench.timing.alternate([limit, { bench.timing.repeated(body) }])
    // An empty product takes time but does nothing.
    switch work {
    case .operations(let count, _) where count > 0:
      let rate = measured[1].map { count * 1e-9 / $0 }
      row["GFLOP/s"] = .measured(rate, decimals: 1)
      if measured[0].median > 0 { row["of peak"] = .share(rate / measured[0]) }
    case .bytes(let count) where count > 0:
      let rate = measured[1].map { count * 1e-9 / $0 }
      row["GB/s"] = .measured(rate, decimals: 1)
      row["of memory"] = .share(rate / measured[0])
    default: break
    }
    result.table.append(row)
    if !(error <= allowed) {
      result.wrong.append("\(unit) \(name) \(storage) \(shape)")
    }
  }
}
