import ArgumentParser
import Benchmarking
import Diagnostics
import Foundation
import Reporting
import Tensor

/// `bench`: measures this program on this machine.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract:
      """
      Measures kernels, prefill, decoding, images, whole runs, scoring, and what rounded \
      weights change.
      """,
    discussion: """
      Every figure is a median over --runs with half the interquartile range behind it. What is \
      compared runs in alternation in \
      one process; compare ratios of one run, not figures of two.
      """,
    subcommands: [
      BenchKernels.self, BenchPrefill.self, BenchDecode.self, BenchImage.self, BenchSuite.self,
      BenchScoring.self, BenchServed.self, BenchAgreement.self,
    ])
}

/// Options of every measurement.
struct BenchOptions: ParsableArguments {
  @Option(name: .long, help: "Rounds that count; one before them warms up.") var runs = 5
  @OptionGroup var tableOptions: TableOptions

  func validate() throws {
    if runs < 1 || runs > 10_000 { throw ValidationError("--runs must be from 1 to 10000") }
  }

  var timing: Timing { Timing(runs: runs) }

  func show(_ table: ResultTable) throws { try tableOptions.show(table) }
}

struct BenchKernels: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernels",
    abstract:
      "One table of operators: error against the reference, rate, share of the machine's peak.",
    discussion: """
      The error is relative to the sum of the products' magnitudes; the exit code is 1 where \
      one is larger than allowed.

      Example: proxyv-eval bench kernels --only linear --storage bf16,int8
      """
  )

  @OptionGroup var options: BenchOptions
  @Option(
    name: .long,
    help:
      """
      portable, avx2, avx512, avx512bf16, amx, avx512-as-amx, or all that this machine runs; \
      default is the fastest.
      """,
    completion: .instructionSets)
  var isa: String?
  @Option(
    name: .long,
    help:
      "kernels, openblas, separated by commas; default is both where OpenBLAS is installed.")
  var backend: String?
  @Option(name: .long, help: "Threads to compute with; default is the number of cores.")
  var threads: Int?
  @Option(name: .long, help: "Weights: f32, bf16, int8, separated by commas; default is all.")
  var storage: String?
  @Option(name: .long, help: "Activations: f32 or bf16.") var precision = Precision.bf16
  @Option(
    name: .long,
    help:
      """
      Parts of the table: linear, decode, attention, rows, odd, separated by commas; default is \
      all.
      """
  ) var only: String?

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
    _ = try bench
  }

  private var bench: KernelBench {
    get throws {
      var bench = KernelBench(
        threads: threads ?? ProcessInfo.processInfo.activeProcessorCount, runs: options.runs)
      bench.precision = precision
      if isa == "all" {
        bench.isas = ISA.supported
      } else if let isa {
        bench.isas = try list(isa, option: "--isa")
      }
      if let backend { bench.backends = try list(backend, option: "--backend") }
      if let storage { bench.storages = try list(storage, option: "--storage") }
      if let only { bench.groups = try list(only, option: "--only") }
      return bench
    }
  }

  func run() throws {
    var bench = try bench
    let progress = BenchProgress()
    bench.progress = progress.show
    let result = try bench.run()
    progress.finish()
    try options.show(result.table)
    if !result.wrong.isEmpty {
      throw BenchmarkingError(
        .wrongResult,
        "larger errors than rounding explains: \(result.wrong.joined(separator: "; "))")
    }
  }
}

/// Names separated by commas, each of them a case.
func list<Name: RawRepresentable<String> & CaseIterable>(
  _ text: String, option: String
) throws -> [Name] {
  try text.split(separator: ",", omittingEmptySubsequences: false).map { word in
    guard let name = Name(rawValue: String(word)) else {
      throw ValidationError(
        """
        \(option) does not know \"\(word)\"; \
        \(suggestion(for: String(word), among: Name.allCases.map(\.rawValue)))
        """
      )
    }
    return name
  }
}

/// What is measured next, on a terminal only.
final class BenchProgress {
  private let isTerminal = isatty(2) == 1

  func show(_ text: String) {
    if isTerminal { renewLine(text) }
  }

  func finish() { show("") }
}
