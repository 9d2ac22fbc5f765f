import Checkpoints
import Images
import Tensor
import Tokenization

/// A LLaVA-type vision-language model with one prefill method, ready to answer.
///
/// One question is always computed in the same two steps: the *prefix* (text before the image, and
/// the image), which no question influences, then the *suffix* (the rest of the prompt) and greedy
/// generation. Questions on one image share the prefix, and their answers are the same bits as when
/// each is asked alone.
public final class VisionLanguageModel: Sendable {
  public let checkpoint: Checkpoint
  public let tokenizer: any Tokenizer
  public let preprocessor: ImagePreprocessor
  /// How image files are decoded.
  public let decoding: DecodingOptions
  public let template: ConversationTemplate
  public let compute: Compute
  public let weightFormat: WeightFormat
  public let cacheFormat: CacheFormat
  let tower: CLIPVisionTower
  let projector: Projector
  let newline: [Float]  // model.image_newline [hidden]
  let decoder: Decoder
  /// Reduces the vision tokens before the decoder, or nil.
  let reduction: VisionZip?
  let method: any PrefillMethod
  /// How vision, newlines and text are put in a row.
  public let packing: ModelConfiguration.Packing
  /// The most questions that are continued together.
  let largestBatch: Int

  public var configuration: ModelConfiguration { checkpoint.configuration }
  /// The method's name as recorded with every answer.
  public var methodName: String {
    PrefillMethodCatalog.Choice(reduction: reduction, plan: method).name
  }
  /// The arithmetic as recorded with a run; results of two settings differ in their last bits, or
  /// more.
  public var arithmetic: String {
    "weights \(weightFormat.rawValue), activations \(compute.precision.rawValue)"
      + (compute.roundsToBF16 && compute.isa.hasAMXBits ? " summed as by AMX" : "")
      + ", cache \(cacheFormat.rawValue)"
      + (compute.attentionForm == .tiled ? "" : ", attention \(compute.attentionForm.rawValue)")
      + (compute.backend == .kernels ? "" : ", products \(compute.arithmeticUnit)")
  }
  /// Why questions on one image do not share its prefix, or nil where they do.
  public var prefixRefusal: String? { method.prefixRefusal }
  /// Vision tokens of a crop that enter the decoder.
  public var tokensPerCrop: Int { reduction?.tokensPerCrop ?? tower.configuration.patchCount }
  /// Proxy tokens per crop; also stated for the baseline, where they are not used.
  public var proxiesPerCrop: Int { method.proxiesPerCrop ?? configuration.proxiesPerCrop }

  init(
    checkpoint: Checkpoint, tokenizer: any Tokenizer, preprocessor: ImagePreprocessor,
    decoding: DecodingOptions,
    template: ConversationTemplate, compute: Compute, weightFormat: WeightFormat,
    cacheFormat: CacheFormat, tower: CLIPVisionTower, projector: Projector, newline: [Float],
    decoder: Decoder,
    reduction: VisionZip?, method: any PrefillMethod, packing: ModelConfiguration.Packing,
    largestBatch: Int
  ) {
    self.reduction = reduction
    self.packing = packing
    self.largestBatch = largestBatch
    self.checkpoint = checkpoint
    self.tokenizer = tokenizer
    self.preprocessor = preprocessor
    self.decoding = decoding
    self.template = template
    self.compute = compute
    self.weightFormat = weightFormat
    self.cacheFormat = cacheFormat
    self.tower = tower
    self.projector = projector
    self.newline = newline
    self.decoder = decoder
    self.method = method
  }
}
