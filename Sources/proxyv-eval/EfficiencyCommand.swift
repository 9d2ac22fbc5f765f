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
    commandName: "efficiency", abstract: "Compares what prefill costs under several methods: FLOPs, time, tokens, cache.",
    discussion: """
      All methods run on the same random weights in one process, in alternation. With fewer --layers than the shape has, start
      layers are scaled in proportion (12 of 32 become 3 of 8); since every layer before and after the start costs the same, the
      reductions carry over to the full depth. --flops-only computes the table without any weights.
      """)

  @OptionGroup var options: BenchOptions
  @Option(name: .long, help: "The shape of the model, whose published figures stand beside.") var shape = "vicuna-7b"
  @Option(name: .long, help: "A checkpoint to measure instead of synthesized weights.") var model: String?
  @Option(name: .long, help: "Decoder layers of the synthesized model; default is the shape's.") var layers: Int?
  @Option(name: .long, help: "Methods separated by commas or spaces; the first is compared with.") var methods: String?
  @Option(name: .long, help: "Crops of the image.") var crops = 5
  @Option(name: .long, help: "Text tokens.") var textTokens = 50
  @Option(name: .long, help: "Threads to compute with.") var threads: Int?
  @Option(name: .long, help: "How weights are kept: stored, f32, bf16 or int8.") var weights = WeightFormat.stored
  @Option(name: .long, help: "Activations: f32, or bf16 where the processor multiplies bf16.") var precision = Precision.f32
  @Option(name: .long, help: ArgumentHelp(AttentionForm.help)) var attention = AttentionForm.tiled
  @Option(name: .long, help: "Where synthesized weights are put while they are needed.") var scratch = FileManager.default.temporaryDirectory.path
  @Flag(name: .long, help: "Only compute FLOPs as the paper counts them.") var flopsOnly = false

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
    if model != nil, layers != nil { throw ValidationError("--model excludes --layers") }
    _ = try usage { try prompt }
    _ = try usage { try Synthesis(shape: Synthesis.Shape(named: shape), layers: layers).configuration() }
  }

  private var prompt: BenchPrompt { get throws { try BenchPrompt(crops: crops, textTokens: textTokens) } }

  func run() throws {
    let shape = try Synthesis.Shape(named: self.shape)
    if flopsOnly {
      options.print(try PaperCostTable(shape: shape, crops: crops, textTokens: textTokens).flops())
      return
    }
    var load = LoadOptions(threads: threads)
    load.weights = weights
    load.precision = precision
    load.attention = attention
    let names = methods.map(MethodSpecification.names)
    let bench = EfficiencyBench(
      methods: names?.isEmpty == true ? nil : names, prompt: try prompt, timing: options.timing, options: load)
    let source: BenchModel.Source = model.map { .folder($0) } ?? .synthesized(Synthesis(shape: shape, layers: layers))
    let writing = ByteProgress(title: "writing \(shape.rawValue)")
    let progress = BenchProgress()
    let table = try BenchModel.withFolder(source, scratch: scratch, progress: { writing.show($0, of: $1) }) { folder in
      writing.finish()
      return try bench.run(folder: folder, shape: shape, progress: progress.show)
    }
    progress.finish()
    options.print(table)
  }
}
