/// The names of a checkpoint's tensors by what they do; the one place that knows them (model.md,
/// sections 1.3 to 1.5).
///
/// Families differ below a layer's prefix; the model's files name those at the property that holds
/// them.
public struct TensorNaming: Sendable, Hashable {
  /// `model.` or `language_model.model.`
  public var language: String
  /// The token embedding `[vocabulary, hidden]`.
  public var embedding: String
  /// The output matrix `[vocabulary, hidden]`; the embedding where the two are tied.
  public var output: String
  /// The output matrix's own name, whether or not it is tied.
  var untiedOutput: String
  /// The gain of the last normalisation `[hidden]`.
  public var finalNorm: String
  /// The vector after every crop or tile row `[hidden]`; nil where the checkpoint has none.
  public var imageNewline: String?
  /// The linear layers of the projector in order, without `.weight` and `.bias`.
  public var projectorLayers: [String]
  /// What stands before `vision_model.` when the tower is inside the checkpoint.
  public var tower: String

  public init(_ configuration: ModelConfiguration) {
    let isHuggingFace = configuration.layout == .huggingFace
    language = isHuggingFace ? "language_model.model." : "model."
    let isInternLM = configuration.family == .internlm2
    embedding = language + (isInternLM ? "tok_embeddings.weight" : "embed_tokens.weight")
    let head =
      isInternLM
      ? "output.weight" : isHuggingFace ? "language_model.lm_head.weight" : "lm_head.weight"
    untiedOutput = head
    output = configuration.tiesWordEmbeddings ? embedding : head
    finalNorm = language + "norm.weight"
    if isHuggingFace {
      imageNewline = configuration.packing == .flat ? nil : "image_newline"
    } else {
      // ProxyV always has the vector; LLaVA's own classes create it for the "unpad" merge types.
      let hasNewline =
        configuration.packing == .grouped || configuration.patchMergeType.contains("unpad")
      imageNewline = hasNewline ? "model.image_newline" : nil
    }
    switch configuration.projector {
    case .identity: projectorLayers = []
    case .linear: projectorLayers = ["model.mm_projector"]
    case .mlp(let depth):
      projectorLayers = (0..<depth).map {
        isHuggingFace ? "multi_modal_projector.linear_\($0 + 1)" : "model.mm_projector.\($0 * 2)"
      }
    }
    tower = isHuggingFace ? "vision_tower." : "model.vision_tower.vision_tower."
  }

  /// The prefix of language layer `index`, counted from 0.
  public func layer(_ index: Int) -> String { "\(language)layers.\(index)." }

  /// The prefix of the guided MLP that serves layer `startLayer + index`.
  public func guidedMLP(_ index: Int) -> String { "\(language)vision_mlp_layers.\(index)." }

  /// The prefix of the light MLP that serves layer `lightMLPStartLayer + index`.
  public func lightMLP(_ index: Int) -> String { "\(language)vision_light_mlp_layers.\(index)." }

  /// The prefix of the learned queries' tensors.
  public var proxyInitializer: String { language + "proxyv_initializer." }
}
