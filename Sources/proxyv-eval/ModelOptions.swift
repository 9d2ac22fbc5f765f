import ArgumentParser
import EngineModel
import Evaluation
import Foundation
import Images
import OCRBaseline
import ProxyVModel
import ServedModel
import Tensor

/// Options of every command that loads a model.
struct ModelOptions: ParsableArguments {
  @Option(
    name: .long,
    help:
      """
      The checkpoint folder (config.json, safetensors, tokenizer); for `run` also \
      \(ModelOptions.tesseract), the OCR baseline, or a server as openai:http://localhost:8000/v1.
      """
  )
  var model: String

  @Option(
    name: .long,
    help:
      "The method, as `list methods` shows them; default is what the checkpoint was trained for.",
    completion: .methods)
  var method: String?

  @Option(
    name: .long,
    help:
      """
      The image mode: anyres, pad, resize or square; default is the checkpoint's \
      image_aspect_ratio.
      """,
    completion: .aspects)
  var aspect: String?

  @Flag(
    name: .long,
    help:
      "Turn images as their EXIF orientation says (off by default, as in the paper's evaluator).")
  var exifTranspose = false

  @Option(
    name: .long, help: "The conversation template; default is the model family's.",
    completion: .conversations)
  var conversation: String?

  @Option(
    name: .long,
    help: "Threads to compute with; default is the number of cores. Results do not depend on it.")
  var threads: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Questions of a page that are answered together at most. Results do not depend on it.",
      valueName: "questions"))
  var batch = VisionLanguageModel.defaultLargestBatch

  @Option(name: .long, help: "How weights are kept: stored (no weight changes), f32, bf16 or int8.")
  var weights = WeightFormat.stored

  @Option(
    name: .long,
    help:
      """
      Keys and values between steps: f32, or bf16 for half the memory; default is bf16 where \
      activations are, which gives the same bits.
      """
  )
  var cache: CacheFormat?

  @Option(name: .long, help: "Activations: f32, or bf16 where the processor multiplies bf16.")
  var precision = Precision.f32

  @Option(
    name: .long,
    help:
      """
      The kernels' instruction set: portable, avx2, avx512, avx512bf16, amx, or avx512-as-amx \
      (the bits of amx on machines without it); default is the fastest here.
      """,
    completion: .instructionSets)
  var isa: ISA?

  @Option(name: .long, help: ArgumentHelp(Backend.help))
  var backend: Backend?

  @Option(name: .long, help: ArgumentHelp(AttentionForm.help))
  var attention = AttentionForm.tiled

  @Option(
    name: .long,
    help:
      """
      Keep packed weights in this folder, so that the next load maps them; it takes as much \
      room as the weights in memory.
      """
  )
  var packedCache: String?

  @Option(
    name: .long,
    help:
      "A key of config.json that is not read and may nevertheless be there; repeat for several.")
  var ignoreConfigKey: [String] = []

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
    if batch < 1 { throw ValidationError("--batch must be at least 1") }
    try checkNames()
    guard model == Self.tesseract || isServed else { return }
    let given = [
      ("--method", method != nil), ("--aspect", aspect != nil), ("--exif-transpose", exifTranspose),
      ("--conversation", conversation != nil),
      ("--threads", threads != nil), ("--weights", weights != .stored),
      ("--batch", batch != VisionLanguageModel.defaultLargestBatch),
      ("--precision", precision != .f32), ("--isa", isa != nil), ("--backend", backend != nil),
      ("--attention", attention != .tiled), ("--cache", cache != nil),
      ("--packed-cache", packedCache != nil), ("--ignore-config-key", !ignoreConfigKey.isEmpty),
    ].filter(\.1).map(\.0)
    if !given.isEmpty {
      let belong =
        "\(given.joined(separator: ", ")) belong\(given.count == 1 ? "s" : "") to checkpoints"
      throw ValidationError(
        isServed
          ? "\(belong); a served model decides that itself"
          : "\(belong); --model \(Self.tesseract) takes none of them (a checkpoint folder of that"
            + " name is ./\(Self.tesseract))")
    }
  }

  /// Whether a server's address stands in place of a checkpoint folder.
  var isServed: Bool { ServerAddress.isMeant(by: model) }

  /// The name that stands for the OCR baseline in place of a checkpoint folder.
  static let tesseract = "tesseract"

  /// The model that answers benchmarks.
  /// - Throws: also where options of a server are given for another model.
  func answeringModel(served: ServedModelOptions) throws -> any AnsweringModel {
    if isServed { return try served.model(at: model) }
    if let option = served.given.first {
      throw ValidationError(
        "\(option) is of served models; it goes with --model openai:ADDRESS")
    }
    return try answeringModel()
  }

  /// The model that answers benchmarks on this machine.
  func answeringModel() throws -> any AnsweringModel {
    if model == Self.tesseract { return try TesseractAnsweringModel(LanguageData()) }
    return try ProxyVAnsweringModel(VisionLanguageModel.load(folder: model, options: loadOptions))
  }

  /// What a run is called that nobody named: `proxyv-7b proxyv`, `tesseract`.
  func runName(_ identity: ModelIdentity) -> String {
    let folder = URL(fileURLWithPath: model).lastPathComponent
    // A checkpoint is often called by the method that it was trained with.
    guard let method = identity["method"], method != folder else { return folder }
    return "\(folder) \(method)"
  }

  /// What is recorded of this command, this machine and this build.
  var runEnvironment: RunEnvironment {
    RunEnvironment(
      commandLine: CommandLine.arguments,
      instructionSet: Compute.arithmeticUnit(backend: backend, isa: isa),
      codeVersion: builtCommit)
  }

  var loadOptions: LoadOptions {
    var options = LoadOptions(
      method: method, aspect: aspect, exifTranspose: exifTranspose, conversation: conversation,
      threads: threads)
    options.weights = weights
    options.precision = precision
    options.cache = cache
    options.isa = isa
    options.backend = backend
    options.attention = attention
    options.packedCache = packedCache
    options.largestBatch = batch
    options.ignoredConfigurationKeys = Set(ignoreConfigKey)
    options.report = note
    return options
  }
}

extension WeightFormat: ExpressibleByArgument {}
extension CacheFormat: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}
extension ISA: ExpressibleByArgument {}
extension Backend: ExpressibleByArgument {
  static let help =
    """
    Who multiplies matrices: kernels, or openblas (f32 and bf16 weights; needs libopenblas0); \
    default is openblas only on processors that the kernels have no vector form for.
    """
}
extension AttentionForm: ExpressibleByArgument {
  static let help =
    """
    Attention: tiled, or eager, which computes and keeps every score as papers measure it \
    (slower, for comparison).
    """
}
