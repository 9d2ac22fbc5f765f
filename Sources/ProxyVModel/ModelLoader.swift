public import Checkpoints
import Diagnostics
import Foundation
import Images
public import Tensor
import Tokenization

/// How a checkpoint is to be used.
public struct LoadOptions: Sendable {
  /// Name of the prefill method; nil: what the checkpoint was trained for.
  public var method: String?
  /// Image mode; nil: the checkpoint's `image_aspect_ratio`.
  public var aspect: String?
  public var exifTranspose: Bool
  /// Conversation template; nil: the family's.
  public var conversation: String?
  /// nil: all cores.
  public var threads: Int?
  /// How tokens are put in a row; nil: as the checkpoint was trained.
  public var packing: ModelConfiguration.Packing?
  /// How weights are kept for computing.
  public var weights: WeightFormat = .stored
  /// How keys and values are kept; nil: in bf16 where tiled attention rounds them to bf16 in any
  /// case, which gives the same bits.
  public var cache: CacheFormat?
  /// How far activations may be rounded.
  public var precision: Precision = .f32
  /// The kernels' instruction set; nil: the machine's fastest.
  public var isa: ISA?
  /// Who multiplies matrices; nil: the kernels, or OpenBLAS where they have no vector form.
  public var backend: Backend?
  /// How attention is computed.
  public var attention: AttentionForm = .tiled
  /// A folder that keeps packed weights between loads (``PackedWeightsCache``); nil: they are
  /// packed at every load.
  public var packedCache: String?
  /// How many questions of a page are continued together at most; no answer depends on it.
  public var largestBatch = VisionLanguageModel.defaultLargestBatch
  /// Keys of `config.json` that are not read here and may nevertheless be there.
  public var ignoredConfigurationKeys: Set<String> = []
  /// Gets sentences about the load that a user should see.
  public var report: @Sendable (String) -> Void = { _ in }

  public init(
    method: String? = nil, aspect: String? = nil, exifTranspose: Bool = false,
    conversation: String? = nil, threads: Int? = nil,
    packing: ModelConfiguration.Packing? = nil
  ) {
    self.packing = packing
    self.method = method
    self.aspect = aspect
    self.exifTranspose = exifTranspose
    self.conversation = conversation
    self.threads = threads
  }
}

extension VisionLanguageModel {
  /// Opens a checkpoint folder and loads all weights.
  ///
  /// - Throws: an error that names the file and the key or tensor: a damaged or incomplete
  ///   checkpoint, a missing tokenizer, a method whose weights the checkpoint lacks, an unknown
  ///   name (with the nearest known one).
  public static func load(
    folder: String, options: LoadOptions = LoadOptions()
  ) throws -> VisionLanguageModel {
    let checkpoint = try Checkpoint(
      folder: folder, ignoring: options.ignoredConfigurationKeys)
    let configuration = checkpoint.configuration
    // Before any weight is read: a method that cannot be had is known at once.
    let choice = try PrefillMethodCatalog.choice(
      options.method, configuration: configuration,
      patchCount: checkpoint.tower.configuration.patchCount)
    let tokenizer = try TokenizerLoader.load(folder: checkpoint.folder)
    let names = TensorNaming(configuration)
    let compute = try Compute(
      threads: options.threads ?? ProcessInfo.processInfo.activeProcessorCount, isa: options.isa,
      precision: options.precision,
      attention: options.attention, backend: options.backend)
    if options.backend == nil, options.isa == nil {
      for remark in [Backend.remark, ISA.remark].compactMap(\.self) { options.report(remark) }
    }
    let cache = try options.packedCache.map { folder in
      PackedWeightsCache(
        folder: folder, identity: try checkpoint.identity(), report: options.report)
    }
    let store = WeightLoader(
      store: checkpoint.tensors.view(prefix: ""), format: options.weights, compute: compute,
      cache: cache)
    let tower = try CLIPVisionTower(
      store: store.over(checkpoint.tower.tensors), prefix: "vision_model.",
      configuration: checkpoint.tower.configuration,
      usedLayers: configuration.towerLayersNeeded(of: checkpoint.tower.configuration.layerCount)
        ?? 0)
    let projector = try Projector(
      store: store, names: names.projectorLayers, visionHidden: configuration.visionHiddenSize,
      hidden: configuration.hiddenSize)
    let newline =
      try names.imageNewline.map { try store.vector($0, configuration.hiddenSize) } ?? []
    // Transformers generates over all rows; the official code drops those beyond the tokenizer when
    // it loads.
    let usable =
      configuration.layout == .huggingFace ? configuration.vocabularySize : tokenizer.count
    let decoder = try Decoder(store: store, configuration: configuration, usableVocabulary: usable)
    let method = try choice.plan.loaded(store: store, configuration: configuration)
    cache?.finish()
    if let sentence = store.nonFinite.sentence { options.report(sentence) }
    // Short vectors were read from pages all over the files, and the system maps neighbours with
    // each.
    checkpoint.tensors.dropCachedPages()
    if checkpoint.tower.separateFolder != nil { checkpoint.tower.tensors.store.dropCachedPages() }
    return VisionLanguageModel(
      checkpoint: checkpoint, tokenizer: tokenizer,
      preprocessor: try ImagePreprocessor(
        PreprocessingConfiguration(checkpoint, aspect: options.aspect)),
      decoding: DecodingOptions(exifTranspose: options.exifTranspose),
      template: try conversationTemplate(checkpoint, named: options.conversation),
      compute: compute, weightFormat: options.weights,
      cacheFormat: options.cache
        ?? (compute.roundsToBF16 && options.attention == .tiled ? .bf16 : .f32), tower: tower,
      projector: projector, newline: newline, decoder: decoder, reduction: choice.reduction,
      method: method,
      packing: options.packing ?? configuration.packing,
      largestBatch: max(1, options.largestBatch))
  }

  private static func conversationTemplate(
    _ checkpoint: Checkpoint, named name: String?
  ) throws -> ConversationTemplate {
    try ConversationTemplate.named(name ?? checkpoint.conversation.rawValue)
  }
}
