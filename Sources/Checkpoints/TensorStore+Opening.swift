import DataFormats
import Foundation

extension TensorStore {
  /// Opens every shard that `weight_map` names and checks that index and shards hold the same
  /// tensors.
  static func openShards(
    index path: String, folder: String
  ) throws(CheckpointError) -> (files: [SafetensorsFile], tensors: [String: TensorView]) {
    let placed = try weightMap(path)
    var shards: [String: SafetensorsFile] = [:]
    for name in Set(placed.map(\.shard)).sorted() {
      try checkShardName(name, index: path, folder: folder)
      shards[name] = try SafetensorsFile(path: folder + "/" + name)
    }
    var tensors: [String: TensorView] = [:]
    for (tensor, shard) in placed {
      guard let view = shards[shard]?[tensor] else {
        throw CheckpointError(
          .invalidIndex,
          """
          the index says that \(shard) holds this tensor, but it does not; index and shards do \
          not belong together
          """,
          file: path, tensor: tensor)
      }
      tensors[tensor] = view
    }
    let files = shards.sorted { $0.key < $1.key }.map(\.value)
    for file in files {
      for tensor in file.tensors where tensors[tensor.name]?.file != file.path {
        throw CheckpointError(
          .invalidIndex,
          """
          the index does not place this tensor of \
          \(URL(fileURLWithPath: file.path).lastPathComponent) there
          """,
          file: path, tensor: tensor.name)
      }
    }
    return (files, tensors)
  }

  private static func weightMap(
    _ path: String
  ) throws(CheckpointError) -> [(tensor: String, shard: String)] {
    do {
      let bytes = try readFile(path)
      let root = JSONNode(try JSONValue.parse(bytes, file: path), file: path)
      if let repeated = repeatedKey(in: bytes) {
        throw CheckpointError(.invalidIndex, "the index names \"\(repeated)\" twice", file: path)
      }
      return try root["weight_map"].members().map { ($0.key, try $0.node.string()) }
    } catch let error as CheckpointError {
      throw error
    } catch {
      throw CheckpointError(.invalidIndex, "the index cannot be read", file: path, cause: error)
    }
  }

  /// A shard is a plain name beside the index; what it links to must exist.
  private static func checkShardName(
    _ name: String, index: String, folder: String
  ) throws(CheckpointError) {
    guard !name.isEmpty, name != ".", name != "..", !name.contains("/"), !name.contains("\0") else {
      throw CheckpointError(
        .invalidIndex,
        "the shard name \"\(name)\" is no plain file name; a shard lies beside its index",
        file: index)
    }
    guard FileManager.default.fileExists(atPath: folder + "/" + name) else {
      throw CheckpointError(
        .invalidIndex, "the shard \(name) is missing; copy it into this folder", file: index)
    }
  }

  /// The sentence for a folder that holds an adapter and no model; nil where it does not.
  static func loraAdapter(in folder: String) -> CheckpointError? {
    let path = folder + "/adapter_config.json"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let base = (try? JSONNode(contentsOf: path))?.value["base_model_name_or_path"]?.stringValue
    return CheckpointError(
      .noWeights,
      """
      this is a LoRA adapter over \(base ?? "a model that it does not name"), not a whole \
      model; merge it with its base
      """
        + " (LLaVA: scripts/merge_lora_weights.py) and give the merged folder", file: folder)
  }

  /// The sentence for a folder without safetensors.
  static func noWeights(in folder: String) -> CheckpointError {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
      return CheckpointError(.unreadableFile, "no such folder", file: folder)
    }
    guard isFolder.boolValue else {
      return CheckpointError(
        .unreadableFile,
        "this is a file; a model is a folder with config.json and model.safetensors", file: folder)
    }
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    if let adapter = loraAdapter(in: folder) { return adapter }
    let pickles = names.filter {
      $0.hasSuffix(".bin") || $0.hasSuffix(".pth") || $0.hasSuffix(".pt")
    }
    if pickles == ["mm_projector.bin"] {
      return CheckpointError(
        .pickledWeights,
        """
        mm_projector.bin is the projector of a first training stage, not a whole model; merge \
        it with its language model and save that with save_pretrained(…, safe_serialization=True)
        """,
        file: folder)
    }
    if let first = pickles.first(where: { $0.hasPrefix("pytorch_model") }) ?? pickles.first {
      let pattern =
        first.hasPrefix("pytorch_model")
        ? "pytorch_model*.bin" : "*" + (first.hasSuffix(".bin") ? ".bin" : ".pt*")
      return CheckpointError(
        .pickledWeights,
        """
        the weights are torch pickles (\(first)), which are never loaded here; convert them \
        once, inside the folder: python3 -c "import glob, torch, safetensors.torch as s; w = \
        {}; [w.update(torch.load(f, map_location='cpu', weights_only=True)) for f in \
        sorted(glob.glob('\(pattern)'))]; s.save_file({k: v.clone().contiguous() for k, v in \
        w.items()}, 'model.safetensors', metadata={'format': 'pt'})"
        """,
        file: folder)
    }
    let shards = names.filter { $0.hasSuffix(".safetensors") }
    if let first = shards.first {
      return CheckpointError(
        .noWeights,
        """
        \(first) lies here, but neither model.safetensors nor model.safetensors.index.json; \
        copy the index too
        """,
        file: folder)
    }
    return CheckpointError(
      .noWeights, "no model.safetensors and no model.safetensors.index.json in this folder",
      file: folder)
  }
}
