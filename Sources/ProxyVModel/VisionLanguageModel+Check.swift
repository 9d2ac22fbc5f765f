import Checkpoints
import Diagnostics
import Tokenization

extension VisionLanguageModel {
  /// Whether a checkpoint is there and can be used so, from its configuration and the heads of its
  /// files: what ``load(folder:options:)`` would say after minutes, said in the first second.
  ///
  /// ```swift
  /// try VisionLanguageModel.check(folder: folder, options: LoadOptions(method: "visionzip"))
  /// ```
  /// - Throws: as ``load(folder:options:)`` does.
  public static func check(folder: String, options: LoadOptions = LoadOptions()) throws {
    let checkpoint = try Checkpoint(folder: folder, ignoring: options.ignoredConfigurationKeys)
    _ = try PrefillMethodCatalog.choice(
      options.method, configuration: checkpoint.configuration,
      patchCount: checkpoint.tower.configuration.patchCount)
    _ = try ConversationTemplate.named(
      options.conversation ?? checkpoint.conversation.rawValue)
  }
}

extension PrefillMethodCatalog {
  /// Whether `text` is written as methods are and names only those that there are.
  /// - Throws: ``ModelError`` `unknown-method` with the nearest name.
  public static func checkNames(in text: String) throws(ModelError) {
    for part in try MethodSpecification(text).parts { try check(part.name) }
  }

  static func check(_ name: String) throws(ModelError) {
    guard !all.contains(where: { $0.name == name }) else { return }
    throw ModelError(
      .unknownMethod,
      "unknown method \"\(name)\"; \(suggestion(for: name, among: all.map(\.name)))")
  }
}
