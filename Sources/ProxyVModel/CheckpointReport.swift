public import Checkpoints
public import DataFormats
import Tokenization

/// What a checkpoint is, for a user who wants to know before a run.
public struct CheckpointReport: Sendable {
  private let rows: [(name: String, value: JSONValue)]

  /// Opens the tokenizer too and hashes all tensors.
  /// - Throws: what is wrong with the tokenizer or the tensors' bytes.
  public init(_ checkpoint: Checkpoint) throws {
    let configuration = checkpoint.configuration
    let tokenizer = try TokenizerLoader.load(folder: checkpoint.folder)
    let names = checkpoint.tensors.names
    let bytes = names.reduce(0) { $0 + (checkpoint.tensors[$1]?.byteCount ?? 0) }
    let types = Set(names.compactMap { checkpoint.tensors[$0]?.dtype.rawValue }).sorted()
    rows = [
      ("folder", .string(checkpoint.folder)), ("model_type", .string(configuration.modelType)),
      ("default_method", .string(PrefillMethodCatalog.defaultName(configuration))),
      ("layers", .integer(configuration.layerCount)),
      ("hidden_size", .integer(configuration.hiddenSize)),
      ("intermediate_size", .integer(configuration.intermediateSize)),
      ("attention_heads", .integer(configuration.headCount)),
      ("key_value_heads", .integer(configuration.keyValueHeadCount)),
      ("vocabulary_size", .integer(configuration.vocabularySize)),
      ("tokenizer_size", .integer(tokenizer.count)),
      ("conversation", .string(checkpoint.conversation.rawValue)),
      ("aspect", .string(configuration.aspectRatio.rawValue)),
      ("vision_tower", .string(checkpoint.tower.separateFolder ?? "inside the checkpoint")),
      ("vision_layers", .integer(checkpoint.tower.configuration.layerCount)),
      ("vision_hidden_size", .integer(checkpoint.tower.configuration.hiddenSize)),
      ("tensors", .integer(names.count)), ("tensor_types", .array(types.map { .string($0) })),
      ("tensor_bytes", .integer(bytes)),
      ("content_sha256", .string(try checkpoint.identity().hex)),
    ]
  }

  public var json: JSONValue {
    .object(.init(uniqueKeysWithValues: rows.map { ($0.name, $0.value) }))
  }

  public var text: String {
    let width = rows.map(\.name.count).max() ?? 0
    return rows.map { name, value in
      let shown =
        value.stringValue ?? value.arrayValue.map {
          $0.compactMap(\.stringValue).joined(separator: ", ")
        } ?? value.text()
      return name + String(repeating: " ", count: width - name.count + 2) + shown
    }.joined(separator: "\n")
  }
}
