import ArgumentParser
import Benchmarking
import Checkpoints
import Foundation
import ProxyVModel
import Reporting
import Tensor

/// `efficiency`: the paper's cost tables, computed and measured.
struct EfficiencyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "efficiency",
    abstract:
      "Compares what prefill costs under several methods: FLOPs, time, tokens, cache, memory.",
    discussion: """
      All methods run on the same weights in one process, in alternation; by default at the \
      paper's setting, on random weights. \
      --flops-only computes FLOPs without any weights: as the paper counts them, and all that \
      is executed, by its parts.

      With fewer --layers than the shape has, start layers stand in proportion (12 of 32 become \
      3 of 8), and a time is scaled to the \
      full depth by multiply-adds: layers that do the same work take the same time. Two depths, \
      as in --layers 8,32, measure one \
      after the other and print how far the scaled times are from the measured ones.

      Example: proxyv-eval efficiency --flops-only --methods baseline,proxyv,visionzip
      """)

  @OptionGroup var options: BenchOptions
  @Option(
    name: .long,
    help:
      """
      The shape of the model: \
      \(Synthesis.Shape.allCases.map(\.rawValue).joined(separator: ", ")); default is vicuna-7b.
      """
  )
  var shape: String?
  @Option(name: .long, help: "A checkpoint to measure instead of synthesized weights.") var model:
    String?
  @Option(
    name: .long,
    help: "Decoder layers, or several depths separated by commas; default is the shape's.")
  var layers: String?
  @Option(name: .long, help: "Methods separated by commas or spaces; the first is compared with.")
  var methods: String?
  @Option(
    name: .long, help: "Crops of the image; default is 5, or as many as the checkpoint takes.")
  var crops: Int?
  @Option(name: .long, help: "Text tokens.") var textTokens = 50
  @Option(name: .long, help: "Threads to compute with.") var threads: Int?
  @Option(name: .long, help: "How weights are kept: stored, f32, bf16 or int8.") var weights =
    WeightFormat.stored
  @Option(
    name: .long,
    help:
      """
      Keys and values between steps: f32, or bf16 for half the memory; default is bf16 where \
      activations are, which gives the same bits.
      """
  ) var cache: CacheFormat?
  @Option(name: .long, help: "Activations: f32, or bf16 where the processor multiplies bf16.")
  var precision = Precision.f32
  @Option(name: .long, help: ArgumentHelp(AttentionForm.help)) var attention = AttentionForm.tiled
  @Option(
    name: .long,
    help: "Where synthesized weights are put for a while; default is the temporary folder.")
  var scratch: String?
  @Flag(name: .long, help: "Only compute FLOPs, without weights.") var flopsOnly = false
  @Flag(name: .long, help: "Print JSON, which report --efficiency joins to scores.")
  var json = false

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
    if model != nil, layers != nil || shape != nil || flopsOnly {
      throw ValidationError("--model excludes --shape, --layers and --flops-only")
    }
    try options.tableOptions.checkJSON(json)
    let given = GivenOptions()
    try given.refuse(
      ["--runs", "--threads", "--weights", "--cache", "--precision", "--attention", "--scratch"],
      "with --flops-only, which measures nothing", where: "--flops-only")
    try given.refuse(
      ["--scratch"], "with --model, for which no weights are synthesized", where: "--model")
    if flopsOnly, try depths.count > 1 {
      throw ValidationError("--flops-only takes one depth in --layers")
    }
    if let methods, MethodSpecification.names(methods).isEmpty {
      throw ValidationError(
        "--methods names no method; for example: --methods baseline,proxyv,visionzip")
    }
    if let methods { try checkMethods(methods) }
    _ = try usage { try prompt }
    for depth in try depths {
      _ = try usage { try Synthesis(shape: namedShape, layers: depth).configuration() }
    }
  }

  private var prompt: BenchPrompt {
    get throws { try BenchPrompt(crops: crops, textTokens: textTokens, checkpoint: model) }
  }
  private var namedShape: Synthesis.Shape {
    get throws { try Synthesis.Shape(named: shape ?? Synthesis.Shape.vicuna7B.rawValue) }
  }

  /// One depth or several; nil for the shape's own.
  private var depths: [Int?] {
    get throws {
      guard let layers else { return [nil] }
      let depths = layers.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
      guard depths.allSatisfy({ $0.map { $0 > 0 } ?? false }) else {
        throw ValidationError(
          "--layers takes numbers of layers separated by commas, not \"\(layers)\"")
      }
      return depths
    }
  }

  private var methodNames: [String]? { methods.map(MethodSpecification.names) }

  private func show(_ table: ResultTable) throws {
    try TableOptions.show(
      [table], format: json ? .json : options.tableOptions.format,
      output: options.tableOptions.output)
  }

  func run() throws {
    let shape = try namedShape
    let depths = try depths
    if flopsOnly {
      try show(
        PaperCostTable(shape: shape, layers: depths[0], prompt: prompt).table(
          methods: methodNames))
      return
    }
    var load = LoadOptions(threads: threads)
    load.weights = weights
    load.cache = cache
    load.precision = precision
    load.attention = attention
    let bench = EfficiencyBench(
      methods: methodNames, prompt: try prompt, timing: options.timing, options: load)
    let measured = try depths.map { depth in
      let source: BenchModel.Source =
        model.map { .folder($0) } ?? .synthesized(Synthesis(shape: shape, layers: depth))
      let writing = ByteProgress(title: "writing \(shape.rawValue)")
      let progress = BenchProgress()
      let measurement = try BenchModel.withFolder(
        source, scratch: scratch ?? FileManager.default.temporaryDirectory.path,
        progress: { writing.show($0, of: $1) }
      ) { folder in
        writing.finish()
        return try bench.measure(folder: folder, progress: progress.show)
      }
      progress.finish()
      return measurement
    }
    var table = EfficiencyBench.table(measured)
    if let model {
      table.fact("content", .text(try Checkpoint(folder: model).identity().hex))
    }
    try show(table)
  }
}
