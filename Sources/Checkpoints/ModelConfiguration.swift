/// What `config.json` says about a model: the language model, ProxyV, the vision side and
/// preprocessing (model.md, 1.2 and 1.4).
///
/// Values that Hugging Face leaves out are the defaults of the class that wrote the file.
/// ``init(contentsOf:)`` reads and checks a file; every value here is positive, bounded and
/// consistent with the others.
public struct ModelConfiguration: Sendable, Hashable {
  /// The tensor names and formulas of the language model.
  public enum Family: String, Sendable, Hashable, CaseIterable {
    /// Vicuna and Llama-3, and Mistral without a sliding window.
    case llama
    /// As llama with biases on q, k and v.
    case qwen2
    /// Fused `qkv_proj` and `gate_up_proj`.
    case phi3
    /// Own names, interleaved `wqkv`.
    case internlm2
  }

  /// Who wrote the checkpoint, which decides the names outside the language model.
  public enum Layout: String, Sendable, Hashable {
    /// LLaVA and ProxyV code: `model.*`, `lm_head.weight`, `model.mm_projector.*`.
    case original
    /// Transformers' LLaVA classes: `language_model.*`, `multi_modal_projector.*`,
    /// `vision_tower.*`.
    case huggingFace = "hugging-face"
  }

  /// How vision, newline and text tokens are put in a row.
  public enum Packing: String, Sendable, Hashable {
    /// [vision; newlines; text] with explicit position ids (section 4.1 to 4.4); also of ProxyV's
    /// baselines.
    case grouped
    /// LLaVA-NeXT: base image, unpadded tile grid with a newline per row, inside the text (section
    /// 4.6).
    case spatialUnpad = "spatial-unpad"
    /// LLaVA-1.5: the 576 tokens inside the text.
    case flat
  }

  /// The `rope_scaling` entry; only what leaves short contexts as they are is accepted.
  public struct RopeScaling: Sendable, Hashable {
    public var type: String
    public var factor: Double
  }

  /// The width of the map from vision features to the language model.
  public enum Projector: Sendable, Hashable {
    case identity
    case linear
    /// `depth` linear layers with exact GELU between them; `mlp2x_gelu` has depth 2.
    case mlp(depth: Int)
  }

  public enum AspectRatio: String, Sendable, Hashable, CaseIterable {
    case anyres, pad, resize, square
  }

  // MARK: Origin

  public var modelType: String
  public var family: Family
  public var layout: Layout
  public var packing: Packing

  /// Whether the language model is Mistral, which differs from llama in its prompts alone.
  public var isMistral: Bool

  // MARK: Language model

  public var hiddenSize: Int
  public var intermediateSize: Int
  public var layerCount: Int
  public var headCount: Int
  public var keyValueHeadCount: Int
  public var vocabularySize: Int
  public var maxPositions: Int
  public var rmsNormEpsilon: Double
  public var ropeTheta: Double
  public var ropeScaling: RopeScaling?
  /// Whether the output matrix is the embedding table.
  public var tiesWordEmbeddings: Bool
  public var bosTokenID: Int?
  public var eosTokenIDs: [Int]
  public var padTokenID: Int?

  // MARK: ProxyV

  /// `proxyv`: whether the checkpoint was trained with proxies. The other values stand in baseline
  /// checkpoints too.
  public var usesProxies: Bool
  /// The first layer (from 0) in which proxies replace vision tokens as queries.
  public var proxyStartLayer: Int
  /// The factor per side from vision tokens to proxies.
  public var proxyReduceFactor: Int
  /// Learned query tokens instead of spatial averaging.
  public var learnsProxies: Bool
  /// `light_mlp_start_layer`: the first layer that has a light MLP for vision tokens that skip
  /// attention and FFN; nil without any. The key is ours, since no such checkpoint was published.
  public var lightMLPStartLayer: Int?
  /// Vision tokens per crop.
  public var tokensPerCrop: Int
  /// Vision tokens per side of a crop; its square is ``tokensPerCrop``.
  public var tokensPerSide: Int
  /// The most crops that all images of one prompt may have together.
  public var maxCrops: Int

  // MARK: Vision

  /// `mm_vision_tower`: a folder or a name on the Hugging Face hub; nil where the checkpoint holds
  /// tower and configuration.
  public var visionTower: String?
  /// The width of the tower's features.
  public var visionHiddenSize: Int
  /// The entry of the tower's hidden states that is the feature: −2 is the output of the
  /// second-to-last layer.
  public var visionSelectLayer: Int
  public var projector: Projector
  /// The tower's configuration where `config.json` nests it.
  public var nestedTower: CLIPConfiguration?

  // MARK: Preprocessing and prompts

  public var aspectRatio: AspectRatio
  /// The resolutions of `anyres` in listed order, always (width, height).
  public var gridPinpoints: [GridResolution]
  /// `mm_patch_merge_type`; ignored by the grouped packing.
  public var patchMergeType: String
  /// Whether the image is enclosed by `<im_start>` and `<im_end>`.
  public var usesImageStartEnd: Bool
  /// Whether the tokenizer has an extra `<im_patch>`; absent means true.
  public var usesImagePatchToken: Bool
  /// The id of the image placeholder in Hugging Face's layout.
  public var imageTokenID: Int?
  /// `tokenizer_model_max_length`: vision and text tokens together.
  public var maxTokens: Int?

  // MARK: Derived

  /// Elements per attention head.
  public var headSize: Int { hiddenSize / headCount }
  /// Guided MLPs, one for every layer from ``proxyStartLayer`` on; 0 in a baseline.
  public var guidedMLPCount: Int { usesProxies ? layerCount - proxyStartLayer : 0 }
  /// Light MLPs, one for every layer from ``lightMLPStartLayer`` on.
  public var lightMLPCount: Int { lightMLPStartLayer.map { layerCount - $0 } ?? 0 }
  /// The inner width r of the guided MLP and the light one; the written `hidden_size_reduce_factor`
  /// is ignored, as by the official loader.
  public var guidedMLPWidth: Int { hiddenSize >= 1024 ? hiddenSize / 4 : hiddenSize / 2 }
  /// Proxies per crop.
  public var proxiesPerCrop: Int {
    (tokensPerSide / proxyReduceFactor) * (tokensPerSide / proxyReduceFactor)
  }

  /// The number of tower layers that run to give the feature of ``visionSelectLayer``.
  /// - Returns: nil where the tower has too few layers.
  public func towerLayersNeeded(of count: Int) -> Int? {
    let needed = visionSelectLayer < 0 ? count + 1 + visionSelectLayer : visionSelectLayer
    return (0...count).contains(needed) ? needed : nil
  }
}

/// A resolution of the `anyres` grid in pixels.
public struct GridResolution: Sendable, Hashable {
  public var width: Int
  public var height: Int

  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }
}
