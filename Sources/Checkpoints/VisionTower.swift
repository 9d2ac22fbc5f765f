import Foundation

/// A checkpoint's CLIP tower: where its tensors lie, its shape and its preprocessing.
public struct VisionTower: Sendable {
  public let configuration: CLIPConfiguration
  public let preprocessor: PreprocessorConfiguration
  /// The tensors, named from `vision_model.` on.
  public let tensors: TensorStoreView
  /// The folder of a separate tower; nil where the tensors are in the checkpoint itself.
  public let separateFolder: String?

  /// Finds the tower: its tensors in the checkpoint first, else in the folder that
  /// `mm_vision_tower` means.
  ///
  /// That folder is looked for as an absolute path, inside the checkpoint, beside it, and in the
  /// Hugging Face cache.
  /// - Throws: ``CheckpointError`` `missing-tower` with what to do, or what reading its files
  ///   throws.
  public init(folder: String, configuration model: ModelConfiguration, store: TensorStore) throws {
    let inside = store.view(prefix: TensorNaming(model).tower)
    let name = model.visionTower ?? ""
    let candidates = Self.candidates(name, checkpoint: folder)
    let found = candidates.first { FileManager.default.fileExists(atPath: $0 + "/config.json") }
    if inside.contains("vision_model.embeddings.class_embedding") {
      tensors = inside
      separateFolder = nil
      if let nested = model.nestedTower {
        configuration = nested
        preprocessor = try PreprocessorConfiguration(folder: folder, tower: nested)
      } else if let found {
        configuration = try CLIPConfiguration(contentsOf: found + "/config.json")
        preprocessor = try PreprocessorConfiguration(folder: found, tower: configuration)
      } else if let known = CLIPConfiguration.known(name) {
        configuration = known
        preprocessor = .clip(cropSize: known.imageSize)
      } else {
        throw CheckpointError(
          .missingTower,
          """
          the checkpoint holds the vision tower's tensors but not its shape; put config.json \
          and preprocessor_config.json of \"\(name)\" into \(candidates.first ?? folder)
          """,
          file: folder + "/config.json", place: "mm_vision_tower")
      }
    } else if let found, model.layout == .original {
      configuration = try CLIPConfiguration(contentsOf: found + "/config.json")
      preprocessor = try PreprocessorConfiguration(folder: found, tower: configuration)
      tensors = try TensorStore(folder: found).view(prefix: "")
      separateFolder = found
    } else if model.layout == .huggingFace {
      throw CheckpointError(
        .missingTower,
        """
        the tensors vision_tower.vision_model.* are missing; copy the whole repository of the \
        model
        """,
        file: folder
      )
    } else {
      let places =
        candidates.isEmpty
        ? "mm_vision_tower names none" : "looked in \(candidates.joined(separator: ", "))"
      throw CheckpointError(
        .missingTower,
        """
        the checkpoint has no vision tower and \"\(name)\" was not found (\(places)); download \
        the tower and put its folder beside the checkpoint
        """,
        file: folder + "/config.json", place: "mm_vision_tower")
    }
    try check(model, folder: folder)
  }

  /// The folders that `mm_vision_tower` may mean, most explicit first.
  static func candidates(_ name: String, checkpoint: String) -> [String] {
    guard !name.isEmpty, !name.contains("\0") else { return [] }
    let checkpoint = URL(fileURLWithPath: checkpoint).standardizedFileURL.path
    let parent = URL(fileURLWithPath: checkpoint).deletingLastPathComponent().path
    // An absolute path was written on another machine, perhaps another system: the folder's name
    // is what is left of it.
    let last = lastComponent(of: name)
    var folders =
      name.hasPrefix("/") ? [name] : [checkpoint + "/" + name, parent + "/" + name]
    folders += [checkpoint + "/" + last, parent + "/" + last]
    if name.hasPrefix("/") { return folders }
    let environment = ProcessInfo.processInfo.environment
    let hub =
      environment["HF_HUB_CACHE"]
      ?? (environment["HF_HOME"] ?? (environment["HOME"] ?? "") + "/.cache/huggingface") + "/hub"
    let snapshots =
      hub + "/models--" + name.replacingOccurrences(of: "/", with: "--") + "/snapshots"
    folders += ((try? FileManager.default.contentsOfDirectory(atPath: snapshots)) ?? []).sorted()
      .map { snapshots + "/" + $0 }
    var seen: Set<String> = []
    return folders.filter { seen.insert($0).inserted }
  }

  /// What stands behind the last slash or backslash.
  static func lastComponent(of name: String) -> String {
    name.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? name
  }

  /// The tower must give what the language model was trained on.
  private func check(_ model: ModelConfiguration, folder: String) throws(CheckpointError) {
    let file = folder + "/config.json"
    guard configuration.hiddenSize == model.visionHiddenSize else {
      throw CheckpointError(
        .invalidConfiguration,
        "\(model.visionHiddenSize) differs from the tower's hidden_size \(configuration.hiddenSize)",
        file: file,
        place: "mm_hidden_size")
    }
    guard model.towerLayersNeeded(of: configuration.layerCount) != nil else {
      throw CheckpointError(
        .invalidConfiguration,
        "\(model.visionSelectLayer) is no layer of a tower with \(configuration.layerCount) layers",
        file: file,
        place: model.layout == .huggingFace ? "vision_feature_layer" : "mm_vision_select_layer")
    }
    if model.packing == .grouped, configuration.patchCount != model.tokensPerCrop {
      throw CheckpointError(
        .invalidConfiguration,
        "\(model.tokensPerCrop) differs from the tower's \(configuration.patchCount) patches",
        file: file,
        place: "per_crop_token_len")
    }
  }

  /// Checks the names and shapes of the tower's tensors; tensors of CLIP's text side are passed
  /// over.
  func checkTensors() throws(CheckpointError) {
    for specification in configuration.expectedTensors() {
      _ = try tensors.tensor(named: specification.name, shape: specification.shape)
    }
  }
}
