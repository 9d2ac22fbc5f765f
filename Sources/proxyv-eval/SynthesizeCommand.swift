import ArgumentParser
import Checkpoints
import Diagnostics
import ProxyVModel

/// `synthesize`: a checkpoint with random weights, to study speed and memory without a download.
struct SynthesizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "synthesize",
    abstract: "Writes a random-weight checkpoint in the official on-disk format.",
    discussion: """
      Its answers are nonsense, but reproducible: the same options give the same bytes on every \
      machine.

      Example: proxyv-eval synthesize tiny --output tiny-model
      """
  )

  @Argument(help: "One of: \(Synthesis.Shape.allCases.map(\.rawValue).joined(separator: ", ")).")
  var shape: String
  @Option(name: .long, help: "The folder to create.") var output: String
  @Option(name: .long, help: "baseline, proxyv, proxyv-learned or light-mlp.") var method =
    Synthesis.Method.proxyV.rawValue
  @Option(name: .long, help: "Decoder layers; default is the shape's.") var layers: Int?
  @Option(
    name: .long,
    help:
      """
      The first layer with proxies or light MLPs; default is the paper's, in proportion to \
      --layers.
      """
  ) var startLayer: Int?
  @Option(name: .long, help: "Vision tokens per proxy, per side.") var reduceFactor = 4
  @Option(name: .long, help: "f32, f16 or bf16.") var dtype = "bf16"
  @Option(name: .long, help: "Another seed gives other weights.") var seed: UInt64 = 0

  @Option(
    name: .long,
    help:
      """
      original, or huggingface: a plain LLaVA-NeXT with the files that transformers and its \
      server read (--method baseline).
      """
  )
  var naming = Synthesis.Naming.original.rawValue

  func validate() throws { try checkIsNotEmpty(output, "--output") }

  func run() throws {
    let synthesis = try usage { () throws -> Synthesis in
      guard let method = Synthesis.Method(rawValue: method) else {
        throw CheckpointError(
          .invalidRequest,
          """
          unknown method \"\(method)\"; \
          \(suggestion(for: method, among: Synthesis.Method.allCases.map(\.rawValue)))
          """
        )
      }
      guard let type = DType(rawValue: dtype.uppercased()) else {
        throw CheckpointError(
          .invalidRequest,
          "unknown type \"\(dtype)\"; \(suggestion(for: dtype, among: ["f32", "f16", "bf16"]))")
      }
      guard let naming = Synthesis.Naming(rawValue: naming) else {
        throw CheckpointError(
          .invalidRequest,
          """
          unknown naming \"\(naming)\"; \
          \(suggestion(for: naming, among: Synthesis.Naming.allCases.map(\.rawValue)))
          """
        )
      }
      var synthesis = Synthesis(
        shape: try Synthesis.Shape(named: shape), method: method, layers: layers,
        startLayer: startLayer, reduceFactor: reduceFactor,
        dtype: type, seed: seed)
      synthesis.naming = naming
      _ = try synthesis.configuration()
      return synthesis
    }
    let progress = ByteProgress(title: "writing \(shape)")
    try synthesis.writeComplete(to: output) { progress.show($0, of: $1) }
    progress.finish()
    print(output)
  }
}
