import Checkpoints
import Images
import Tensor
import Tokenization

/// A LLaVA-type vision-language model with one prefill method, ready to answer.
///
/// One question is always computed in the same two steps: the *prefix* (text before the image, and the image), which no
/// question influences, then the *suffix* (the rest of the prompt) and greedy generation. Questions on one image share the
/// prefix, and their answers are the same bits as when each is asked alone.
public final class VisionLanguageModel: Sendable {
  public let checkpoint: Checkpoint
  public let tokenizer: any Tokenizer
  public let preprocessor: ImagePreprocessor
  /// How image files are decoded.
  public let decoding: DecodingOptions
  public let template: ConversationTemplate
  public let compute: Compute
  let tower: CLIPVisionTower
  let projector: Projector
  let newline: [Float]  // model.image_newline [hidden]
  let decoder: Decoder
  let method: any PrefillMethod

  public var configuration: ModelConfiguration { checkpoint.configuration }
  /// The method's name as recorded with every answer.
  public var methodName: String { method.name }
  public var tokensPerCrop: Int { configuration.tokensPerCrop }
  /// Proxy tokens per crop; also stated for the baseline, where they are not used.
  public var proxiesPerCrop: Int {
    configuration.proxiesPerCrop
  }

  init(
    checkpoint: Checkpoint, tokenizer: any Tokenizer, preprocessor: ImagePreprocessor, decoding: DecodingOptions,
    template: ConversationTemplate, compute: Compute, tower: CLIPVisionTower, projector: Projector, newline: [Float], decoder: Decoder, method: any PrefillMethod
  ) {
    self.checkpoint = checkpoint
    self.tokenizer = tokenizer
    self.preprocessor = preprocessor
    self.decoding = decoding
    self.template = template
    self.compute = compute
    self.tower = tower
    self.projector = projector
    self.newline = newline
    self.decoder = decoder
    self.method = method
  }

  /// Features of the images of one prompt, in the order of their markers.
  public struct EncodedImages: Sendable {
    public let cropsPerImage: [Int]
    /// Projected features. // [crops * tokensPerCrop, hidden]
    let features: Matrix

    /// A prompt without images.
    static func none(hidden: Int) -> EncodedImages {
      EncodedImages(cropsPerImage: [], features: Matrix(rows: 0, columns: hidden))
    }
  }

  /// Runs the vision tower and the projector over all crops together.
  ///
  /// - Throws: ``ModelError`` `too-many-crops` where the images together give more crops than the checkpoint was made for:
  ///   the official code then computes garbage or fails.
  public func encode(_ images: [PreprocessedImage], recorder: ActivationRecorder? = nil) throws -> EncodedImages {
    let crops = images.map(\.crops.count)
    let total = crops.reduce(0, +)
    if total > configuration.maxCrops {
      throw ModelError(
        .tooManyCrops,
        "the images give \(total) crops together but this checkpoint takes at most \(configuration.maxCrops) (max_num_image_crops);"
          + " use another --aspect or fewer images")
    }
    if images.isEmpty { return .none(hidden: configuration.hiddenSize) }
    let clip = tower.features(pixels: images.flatMap(\.pixelValues), compute: compute)
    let features = projector(clip, compute: compute)
    if let recorder {
      let kept = recorder.rows.visionTokens.filter { $0 < tokensPerCrop }
      let rows = (0..<total).flatMap { crop in kept.map { crop * tokensPerCrop + $0 } }
      recorder.record(clip.gathered(rows), to: "clip_features", shape: [total, kept.count, clip.columns])
      recorder.record(features.gathered(rows), to: "projected_features", shape: [total, kept.count, features.columns])
    }
    return EncodedImages(cropsPerImage: crops, features: features)
  }

  /// Token ids of a whole conversation text, ``PackedPrompt/imageMarker`` for each `<image>`, laid out for these images.
  ///
  /// Text beyond what `tokenizer_model_max_length` leaves beside the image is cut off at the end (spec, section 4.5).
  /// - Throws: ``ModelError`` where the number of `<image>` markers is not the number of images, or no room is left for text.
  public func layout(conversation: String, images: EncodedImages) throws -> PackedPrompt {
    var ids = try ImagePrompt.encode(conversation, with: tokenizer)
    let markers = ids.count { $0 == PackedPrompt.imageMarker }
    guard markers == images.cropsPerImage.count else {
      throw ModelError(
        .imageCountMismatch, "the prompt has \(markers) <image> markers but \(images.cropsPerImage.count) images were given")
    }
    let crops = images.cropsPerImage.reduce(0, +)
    let limit = configuration.maxTokens ?? Int.max
    guard crops * (tokensPerCrop + 1) < limit else {
      throw ModelError(.promptTooLong, "\(crops) crops leave no room for text within tokenizer_model_max_length \(limit)")
    }
    var excess = ids.count - markers - (limit - crops * (tokensPerCrop + 1))
    while excess > 0, let last = ids.lastIndex(where: { $0 != PackedPrompt.imageMarker }) {
      ids.remove(at: last)
      excess -= 1
    }
    return PackedPrompt(
      inputIDs: ids, cropsPerImage: images.cropsPerImage, tokensPerCrop: tokensPerCrop, proxiesPerCrop: proxiesPerCrop)
  }
}
