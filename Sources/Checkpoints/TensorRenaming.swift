/// The names that tensors have in the classes of transformers since 4.52, put into those that
/// `save_pretrained` writes and that every earlier checkpoint has.
///
/// `save_pretrained` maps them back; `torch.save`, DeepSpeed and mergers do not.
enum TensorRenaming {
  /// A name as it is saved; nil where the tensors of this file are named so already.
  static func rule(for names: some Sequence<String>) -> ((String) -> String)? {
    var isNew = false
    for name in names {
      if name.hasPrefix("language_model.model.") { return nil }
      if name.hasPrefix("model.language_model.") { isNew = true }
    }
    guard isNew else { return nil }
    return { saved($0) }
  }

  private static func saved(_ name: String) -> String {
    let pairs = [
      ("model.language_model.", "language_model.model."),
      ("model.vision_tower.vision_model.", "vision_tower.vision_model."),
      ("model.vision_tower.", "vision_tower.vision_model."),
      ("model.multi_modal_projector.", "multi_modal_projector."),
      ("model.image_newline", "image_newline"), ("lm_head.", "language_model.lm_head."),
    ]
    for (new, old) in pairs where name.hasPrefix(new) { return old + name.dropFirst(new.count) }
    return name
  }

  /// - Throws: ``CheckpointError`` where two tensors get one name.
  static func renamed(
    _ tensors: [String: TensorView], folder: String
  ) throws(CheckpointError) -> [String: TensorView] {
    guard let rule = rule(for: tensors.keys) else { return tensors }
    var renamed: [String: TensorView] = [:]
    for (name, view) in tensors {
      guard renamed.updateValue(view, forKey: rule(name)) == nil else {
        throw CheckpointError(
          .extraTensor, "the tensor is there under its old and its new name", file: folder,
          tensor: name)
      }
    }
    return renamed
  }
}
