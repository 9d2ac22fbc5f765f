import ArgumentParser
import Benchmarking
import Checkpoints
import DataFormats
import Foundation
import ProxyVModel
import Reporting
import Tensor

/// Which model `bench prefill`, `bench decode` and `bench image` measure, and how it computes.
struct BenchModelOptions: ParsableArguments {
  @Option(
    name: .long,
    help:
      """
      A checkpoint folder; default is a random-weight checkpoint, written to the temporary \
      folder and removed.
      """
  )
  var model: String?
  @Option(
    name: .long,
    help:
      """
      The shape to synthesize: \
      \(Synthesis.Shape.allCases.map(\.rawValue).joined(separator: ", ")).
      """
  )
  var shape: String?
  @Option(
    name: .long, help: "Decoder layers of the synthesized checkpoint; default is the shape's.")
  var layers: Int?
  @Option(
    name: .long, help: "The methods to compare, separated by commas; the first is the reference.")
  var methods: String?
  @Option(
    name: .long,
    help: "How weights are kept: stored, f32, bf16, int8, separated by commas; default is bf16.")
  var weights: String?
  @Option(name: .long, help: "Activations: f32, or bf16 where the processor multiplies bf16.")
  var precision = Precision.bf16
  @Option(
    name: .long, help: "The kernels' instruction set; default is the fastest here.",
    completion: .instructionSets) var isa: ISA?
  @Option(name: .long, help: ArgumentHelp(Backend.help)) var backend: Backend?
  @Option(name: .long, help: ArgumentHelp(AttentionForm.help)) var attention = AttentionForm.tiled
  @Option(name: .long, help: "Threads to compute with; default is the number of cores.")
  var threads: Int?
  @Option(name: .long, help: "Keep packed weights in this folder, so that the next load maps them.")
  var packedCache: String?
  @Option(
    name: .long, help: "Crops of the image; default is 5, or as many as the checkpoint takes.")
  var crops: Int?
  @Option(name: .long, help: "Text tokens of the prompt.") var textTokens = 50

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
    if model != nil, shape != nil || layers != nil {
      throw ValidationError("--model excludes --shape and --layers")
    }
    _ = try formats
    if let methods { try checkMethods(methods) }
    _ = try usage { try prompt }
    _ = try usage { try synthesis?.configuration() }
  }

  var formats: [WeightFormat] { get throws { try list(weights ?? "bf16", option: "--weights") } }
  var prompt: BenchPrompt {
    get throws { try BenchPrompt(crops: crops, textTokens: textTokens, checkpoint: model) }
  }

  var methodNames: [String] {
    let names = MethodSpecification.names(methods ?? "baseline,proxyv")
    return names.isEmpty ? ["baseline"] : names
  }

  private var synthesis: Synthesis? {
    get throws {
      model != nil
        ? nil
        : try Synthesis(
          shape: Synthesis.Shape(named: shape ?? Synthesis.Shape.vicuna7B.rawValue), layers: layers)
    }
  }

  var loadOptions: LoadOptions {
    var options = LoadOptions(threads: threads)
    options.precision = precision
    options.isa = isa
    options.backend = backend
    options.attention = attention
    options.packedCache = packedCache
    options.report = note
    return options
  }

  func withFolder(_ body: (String) throws -> Void) throws {
    let source: BenchModel.Source = try synthesis.map { .synthesized($0) } ?? .folder(model ?? "")
    let progress = ByteProgress(title: "writing a checkpoint")
    try BenchModel.withFolder(source, progress: { progress.show($0, of: $1) }) { folder in
      progress.finish()
      try body(folder)
    }
  }
}

struct BenchPrefill: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prefill",
    abstract:
      "Seconds to the first token after an image, by method and weights; the vision tower apart.",
    discussion: """
      "FLOPs saved" is what the method does not multiply, vision tower excluded; "time saved" \
      is what that is worth here.
        proxyv-eval bench prefill --layers 8 --methods baseline,proxyv --weights int8
      With --profile the table is by operator: seconds, share of the time, and the share of \
      what this machine could do, which
      is bound by multiplication or by memory.
        proxyv-eval bench prefill --profile --layers 2 --methods baseline
      """)

  @OptionGroup var options: BenchOptions
  @OptionGroup var modelOptions: BenchModelOptions
  @Flag(
    name: .long,
    help:
      """
      Start each round when a line arrives on standard input, and print its seconds as a line \
      of JSON: for scripts that alternate with another program.
      """
  )
  var paced = false
  @Flag(
    name: .long,
    help:
      "Print seconds by operator with their share of the machine's bound, in place of the table.")
  var profile = false

  func validate() throws {
    if profile, paced { throw ValidationError("--profile excludes --paced") }
  }

  func run() throws {
    var bench = PrefillBench(
      methods: modelOptions.methodNames, weights: try modelOptions.formats,
      prompt: try modelOptions.prompt, timing: options.timing,
      options: modelOptions.loadOptions)
    if paced {
      bench.beforeRound = PacedLine.waitForRound
      bench.afterRound = { PacedLine.seconds($0) }
    }
    try modelOptions.withFolder { folder in
      try options.show(
        profile ? PrefillProfile(bench).run(folder: folder) : bench.run(folder: folder))
    }
  }
}

struct BenchDecode: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract:
      """
      Tokens per second after an image, of one question and of several together, and the share \
      of the memory's rate.
      """,
    discussion: "Example: proxyv-eval bench decode --shape tiny --methods baseline --batch 1,8"
  )

  @OptionGroup var options: BenchOptions
  @OptionGroup var modelOptions: BenchModelOptions
  @Option(name: .long, help: "Tokens per run.") var tokens = 16
  @Option(
    name: .long, help: "Questions on the image that are continued together, separated by commas.")
  var batch = "1,8"

  func validate() throws {
    if !(1...100_000).contains(tokens) {
      throw ValidationError("--tokens must be from 1 to 100000, not \(tokens)")
    }
    _ = try batches
  }

  private var batches: [Int] {
    get throws {
      try batch.split(separator: ",").map { word in
        guard let number = Int(word), (1...64).contains(number) else {
          throw ValidationError("--batch takes numbers from 1 to 64, not \"\(word)\"")
        }
        return number
      }
    }
  }

  func run() throws {
    let bench = DecodeBench(
      methods: modelOptions.methodNames, weights: try modelOptions.formats,
      prompt: try modelOptions.prompt, batches: try batches, tokens: tokens,
      timing: options.timing, options: modelOptions.loadOptions)
    try modelOptions.withFolder { folder in try options.show(bench.run(folder: folder)) }
  }
}

struct BenchAgreement: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agreement",
    abstract:
      """
      What a way of keeping weights changes: errors of the logits, and how often the same token \
      is chosen.
      """,
    discussion: """
      The first of --weights is the reference; the others read its answers and are compared at \
      every step.
        proxyv-eval bench agreement --layers 2 --crops 1 --samples 100
        proxyv-eval bench agreement --model CHECKPOINT --image a.png --prompt "What?"
      """)

  @OptionGroup var tableOptions: TableOptions
  @OptionGroup var modelOptions: BenchModelOptions
  @Option(
    name: .long,
    help:
      "Prompts of noise and made-up text, each another one; --crops and --text-tokens say how long."
  ) var samples = 100
  @Option(name: .long, help: "Steps of each answer.") var tokens = 4
  @Option(
    name: .long, help: "An image file to ask --prompt about in place of noise; repeat for several.")
  var image: [String] = []
  @Option(name: .long, help: "A question to ask about every image; repeat for several.") var prompt:
    [String] = []

  func validate() throws {
    if !(1...100_000).contains(samples) {
      throw ValidationError("--samples must be from 1 to 100000, not \(samples)")
    }
    if !(1...1000).contains(tokens) {
      throw ValidationError("--tokens must be from 1 to 1000, not \(tokens)")
    }
    if !prompt.isEmpty {
      try GivenOptions().refuse(
        ["--samples", "--crops", "--text-tokens"], "with --prompt, which is what is asked")
    }
    if !image.isEmpty, prompt.isEmpty {
      throw ValidationError("--image needs a --prompt to ask about it")
    }
    if let methods = modelOptions.methods, methods.contains(",") {
      throw ValidationError("--methods takes one method here, not \"\(methods)\"")
    }
    if modelOptions.weights != nil, try modelOptions.formats.count < 2 {
      throw ValidationError("--weights needs the reference and another way, for example bf16,int8")
    }
  }

  func run() throws {
    let images = try image.map { (name: $0, bytes: try readFile($0)) }
    var load = modelOptions.loadOptions
    load.method = modelOptions.methods
    var bench = AgreementBench(
      weights: modelOptions.weights == nil ? [.bf16, .int8] : try modelOptions.formats,
      prompts: prompt.isEmpty
        ? .synthesized(try modelOptions.prompt, samples: samples)
        : .asked(images: images, questions: prompt),
      tokens: tokens, options: load)
    let progress = BenchProgress()
    bench.progress = progress.show
    try modelOptions.withFolder { folder in
      let table = try bench.run(folder: folder)
      progress.finish()
      try tableOptions.show(table)
    }
  }
}
