import DataFormats
import Diagnostics
import Foundation

/// Writes checkpoints with random weights in the official on-disk format, so that speed and memory
/// can be studied and the whole program tried without a download. The answers of such a model are
/// nonsense.
public struct Synthesis: Sendable {
  /// The models whose shapes are known.
  public enum Shape: String, Sendable, CaseIterable {
    /// A few megabytes, with a tower that keeps CLIP's 336-pixel crops of 14-pixel patches.
    case tiny
    case vicuna7B = "vicuna-7b"
    case vicuna13B = "vicuna-13b"
    case llama3 = "llama3-8b"
    case qwen2 = "qwen2-7b"
    case phi3Mini = "phi3-mini"
    case internLM25 = "internlm2.5-7b"

    /// - Throws: ``CheckpointError`` `invalid-request` with the nearest name.
    public init(named name: String) throws(CheckpointError) {
      guard let shape = Shape(rawValue: name) else {
        throw CheckpointError(
          .invalidRequest,
          """
          there is no shape \"\(name)\"; \
          \(suggestion(for: name, among: Shape.allCases.map(\.rawValue)))
          """
        )
      }
      self = shape
    }
  }

  public enum Method: String, Sendable, CaseIterable {
    case baseline
    /// Spatial proxies.
    case proxyV = "proxyv"
    /// Learned query tokens.
    case learnedProxyV = "proxyv-learned"
    /// No proxies: vision tokens skip attention and FFN, and a light MLP stands in for both.
    case lightMLP = "light-mlp"
  }

  public var shape: Shape
  public var method: Method
  /// nil: as many as the shape has.
  public var layers: Int?
  /// The first layer with proxies or light MLPs; nil: the paper's choice, scaled to ``layers``.
  public var startLayer: Int?
  public var reduceFactor: Int
  public var vocabularySize: Int?
  /// f32, f16 or bf16.
  public var dtype: DType
  public var seed: UInt64
  /// The most bytes per file.
  public var shardSize: Int
  public var naming = Naming.original

  public init(
    shape: Shape, method: Method = .proxyV, layers: Int? = nil, startLayer: Int? = nil,
    reduceFactor: Int = 4,
    vocabularySize: Int? = nil,
    dtype: DType = .bf16, seed: UInt64 = 0, shardSize: Int = 5_000_000_000
  ) {
    self.shape = shape
    self.method = method
    self.layers = layers
    self.startLayer = startLayer
    self.reduceFactor = reduceFactor
    self.vocabularySize = vocabularySize
    self.dtype = dtype
    self.seed = seed
    self.shardSize = shardSize
  }

  /// Writes the tokenizer's files into a folder for a vocabulary of at most `vocabularySize`
  /// tokens.
  public typealias TokenizerWriter = (
    _ folder: String, _ conversation: ConversationFamily, _ configuration: ModelConfiguration
  )
    throws -> Void

  /// The configuration that will be written.
  /// - Throws: ``CheckpointError`` where the options do not fit together, for example a start layer
  ///   beyond the last.
  public func configuration() throws -> ModelConfiguration {
    guard [.f32, .f16, .bf16].contains(dtype) else {
      throw CheckpointError(
        .invalidRequest, "weights cannot be written as \(dtype.rawValue); known: F32, F16, BF16")
    }
    if naming == .huggingFace { try checkHuggingFace() }
    guard shardSize >= 1 else {
      throw CheckpointError(.invalidRequest, "a shard size of \(shardSize) bytes is impossible")
    }
    return try ModelConfiguration(
      JSONNode(configurationJSON, file: "\(shape.rawValue) (synthesized)"))
  }

  /// The bytes of all tensors.
  public func byteCount() throws -> Int {
    try configuration().expectedTensors(tower: tower).reduce(0) {
      $0 + (dtype.byteCount(shape: $1.shape) ?? 0)
    }
  }

  /// Writes the checkpoint; the folder appears under its name only when it is complete.
  ///
  /// Memory stays at some tens of megabytes whatever the shape.
  /// - Parameters:
  ///   - folder: must not exist; its parent must.
  ///   - writeTokenizer: adds the tokenizer's files.
  ///   - progress: called with bytes written and bytes in all.
  /// - Throws: ``CheckpointError``: options that do not fit, a folder that exists, too little disk
  ///   space (saying how much is needed).
  @discardableResult
  public func write(
    to folder: String, writeTokenizer: TokenizerWriter,
    progress: (_ written: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> ModelConfiguration {
    let configuration = try configuration()
    let tensors = configuration.expectedTensors(tower: tower)
    let total = try byteCount()
    let target = URL(fileURLWithPath: folder).standardizedFileURL
    let parent = target.deletingLastPathComponent().path
    try checkRoom(for: total, target: target.path, parent: parent)
    let workplace =
      parent + "/.\(target.lastPathComponent).partial-"
      + String(UInt32.random(in: .min ... .max), radix: 16)
    if let code = WriteFailure.createFolder(workplace) {
      throw CheckpointError(
        code == ENOSPC ? .diskSpace : .unwritableFile,
        "no folder can be created there: \(WriteFailure.reason(code))", file: parent)
    }
    do {
      try writeTensors(tensors, to: workplace, total: total, progress)
      try writeConfigurations(to: workplace)
      try writeTokenizer(workplace, conversation, configuration)
      try FileManager.default.moveItem(atPath: workplace, toPath: target.path)
    } catch {
      try? FileManager.default.removeItem(atPath: workplace)
      throw error is any LocatedError
        ? error
        : CheckpointError(
          .unwritableFile, "the checkpoint cannot be written", file: folder, cause: error)
    }
    return configuration
  }

  private func checkRoom(for total: Int, target: String, parent: String) throws(CheckpointError) {
    guard !FileManager.default.fileExists(atPath: target) else {
      throw CheckpointError(
        .invalidRequest, "the folder exists already; choose another or remove it", file: target)
    }
    guard FileManager.default.fileExists(atPath: parent) else {
      throw CheckpointError(.unwritableFile, "no such folder", file: parent)
    }
    guard access(parent, W_OK) == 0 else {
      throw CheckpointError(
        .unwritableFile, "no checkpoint can be written there: \(WriteFailure.reason(errno))",
        file: parent)
    }
    let needed = total + 32_000_000  // headers, tokenizer
    if let free = freeDiskSpace(at: parent), free < needed {
      throw CheckpointError(
        .diskSpace,
        "the checkpoint needs \(Self.gigabytes(needed)), but only \(Self.gigabytes(free)) are free",
        file: parent)
    }
  }

  private func writeTensors(
    _ tensors: [TensorSpecification], to folder: String, total: Int, _ progress: (Int, Int) -> Void
  ) throws {
    let writer = try ShardedSafetensorsWriter(
      folder: folder,
      tensors: tensors.map { TensorDeclaration(name: $0.name, dtype: dtype, shape: $0.shape) },
      shardSize: shardSize)
    var weights = RandomWeights(
      seed: seed, dtype: dtype,
      largest: tensors.map { elementCount(shape: $0.shape) ?? 0 }.max() ?? 0)
    var written = 0
    for tensor in tensors {
      try weights.emit(tensor) { bytes in
        try writer.append(bytes, to: tensor.name)
        written += bytes.byteCount
        progress(written, total)
      }
    }
    try writer.finish()
  }

  private func writeConfigurations(to folder: String) throws {
    if naming == .huggingFace {
      let files = [("config.json", configurationJSON.text(indented: true))] + huggingFaceFiles
      for (name, text) in files {
        let file = try PartialFile(path: folder + "/" + name)
        try file.write(Array(text.utf8).span.bytes, at: 0)
        try file.publish()
      }
      return
    }
    let towerFolder = folder + "/" + towerFolderName
    try FileManager.default.createDirectory(atPath: towerFolder, withIntermediateDirectories: false)
    let files: [(String, JSONValue)] = [
      (folder + "/config.json", configurationJSON),
      (folder + "/generation_config.json", generationJSON),
      (towerFolder + "/config.json", towerJSON),
      (towerFolder + "/preprocessor_config.json", preprocessorJSON),
    ]
    for (path, json) in files {
      let file = try PartialFile(path: path)
      try file.write(Array(json.text(indented: true).utf8).span.bytes, at: 0)
      try file.publish()
    }
  }

  private static func gigabytes(_ bytes: Int) -> String {
    let tenths = (bytes + 50_000_000) / 100_000_000
    return tenths < 10 ? "\((bytes + 500_000) / 1_000_000) MB" : "\(tenths / 10).\(tenths % 10) GB"
  }
}
