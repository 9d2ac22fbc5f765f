import DataFormats
import Foundation

/// A model folder that was opened and checked: configuration, tensors, vision tower and token ids.
///
/// ```swift
/// let checkpoint = try Checkpoint(folder: path)
/// let names = TensorNaming(checkpoint.configuration)
/// let shape = [checkpoint.configuration.hiddenSize]
/// let norm = try checkpoint.tensors.tensor(named: names.finalNorm, shape: shape).floats()
/// ```
public struct Checkpoint: Sendable {
  public let folder: String
  public let configuration: ModelConfiguration
  public let generation: GenerationConfiguration
  /// The language model, the projector and, where it is inside, the tower.
  public let tensors: TensorStore
  public let tower: VisionTower
  /// Which conversation the model was trained on.
  public let conversation: ConversationFamily

  /// Opens a folder and checks that every tensor is there with the right shape, and none besides.
  /// - Throws: ``CheckpointError`` or ``DataFormatError`` naming the file and the key or tensor.
  /// - Parameters:
  ///   - folder: may also be a repository's folder in the Hugging Face cache (`models--X--Y`)
  ///   - ignoredKeys: keys of the configuration that are not read and may nevertheless be there
  public init(folder given: String, ignoring ignoredKeys: Set<String> = []) throws {
    let folder = HubFolder.snapshot(of: given) ?? given
    let path = folder + "/config.json"
    if !FileManager.default.fileExists(atPath: folder) {
      throw CheckpointError(.unreadableFile, "no such folder", file: folder)
    }
    if !FileManager.default.fileExists(atPath: path) {
      if let adapter = TensorStore.loraAdapter(in: folder) { throw adapter }
      throw CheckpointError(
        .unreadableFile,
        "there is no config.json; a model is a folder with config.json and model.safetensors",
        file: folder)
    }
    self.folder = folder
    configuration = try ModelConfiguration(contentsOf: path, ignoring: ignoredKeys)
    generation = try GenerationConfiguration(folder: folder, configuration: configuration)
    tensors = try TensorStore(folder: folder)
    tower = try VisionTower(folder: folder, configuration: configuration, store: tensors)
    conversation = try ConversationFamily(folder: folder, configuration: configuration)
    let tiedHead = try Self.checkTiedHead(tensors, configuration)
    try tensors.check(
      expected: configuration.expectedTensors(
        tower: tower.separateFolder == nil ? tower.configuration : nil),
      ignoring: { TensorStore.isIgnorable($0) || $0 == tiedHead })
    if tower.separateFolder != nil { try tower.checkTensors() }
  }

  /// An output matrix that is stored beside embeddings it is tied to says nothing new where it is
  /// equal to them; where it is not, nobody knows which is meant.
  /// - Returns: its name, or nil where there is none
  private static func checkTiedHead(
    _ tensors: TensorStore, _ configuration: ModelConfiguration
  ) throws(CheckpointError) -> String? {
    let names = TensorNaming(configuration)
    guard configuration.tiesWordEmbeddings, let head = tensors[names.untiedOutput],
      let embedding = tensors[names.embedding]
    else { return nil }
    let isEqual =
      head.shape == embedding.shape && head.dtype == embedding.dtype
      && head.withBytes { a in
        embedding.withBytes { b in
          a.withUnsafeBytes { a in b.withUnsafeBytes { b in a.elementsEqual(b) } }
        }
      }
    guard isEqual else {
      throw CheckpointError(
        .extraTensor,
        """
        it differs from \(names.embedding), though tie_word_embeddings says that they are one; \
        set that key to false, or remove the tensor
        """,
        file: head.file, tensor: names.untiedOutput)
    }
    return names.untiedOutput
  }

  /// The SHA-256 of all tensors; see ``ContentIdentity``.
  public func identity(cache: ContentIdentity.Cache = .standard) throws -> ContentIdentity {
    try ContentIdentity(
      tensors: tensors, tower: tower.separateFolder == nil ? nil : tower.tensors.store, cache: cache
    )
  }
}
