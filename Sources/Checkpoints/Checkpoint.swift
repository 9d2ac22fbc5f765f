import DataFormats
import Foundation

/// A model folder that was opened and checked: configuration, tensors, vision tower and token ids.
///
/// ```swift
/// let checkpoint = try Checkpoint(folder: path)
/// let names = TensorNaming(checkpoint.configuration)
/// let norm = try checkpoint.tensors.tensor(named: names.finalNorm, shape: [checkpoint.configuration.hiddenSize]).floats()
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
  public init(folder: String) throws {
    let path = folder + "/config.json"
    if !FileManager.default.fileExists(atPath: folder) {
      throw CheckpointError(.unreadableFile, "no such folder", file: folder)
    }
    if !FileManager.default.fileExists(atPath: path) {
      throw CheckpointError(
        .unreadableFile,
        "there is no config.json; a model is a folder with config.json and model.safetensors",
        file: folder)
    }
    self.folder = folder
    configuration = try ModelConfiguration(contentsOf: path)
    generation = try GenerationConfiguration(folder: folder, configuration: configuration)
    tensors = try TensorStore(folder: folder)
    tower = try VisionTower(folder: folder, configuration: configuration, store: tensors)
    conversation = try ConversationFamily(folder: folder, configuration: configuration)
    try tensors.check(
      expected: configuration.expectedTensors(
        tower: tower.separateFolder == nil ? tower.configuration : nil))
    if tower.separateFolder != nil { try tower.checkTensors() }
  }

  /// The SHA-256 of all tensors; see ``ContentIdentity``.
  public func identity(cache: ContentIdentity.Cache = .standard) throws -> ContentIdentity {
    try ContentIdentity(
      tensors: tensors, tower: tower.separateFolder == nil ? nil : tower.tensors.store, cache: cache
    )
  }
}
