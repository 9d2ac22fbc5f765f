import Checkpoints
import Hashing
import Images
import Tensor
import Tokenization

extension VisionLanguageModel {
  /// Decodes and preprocesses an image file for this model.
  ///
  /// - Parameter isOneOfSeveral: whether the question is about several images: each is then padded
  ///   to a square and makes one crop, where one image alone would be cut into tiles. LLaVA's code
  ///   asks so; tiles of several images are more crops than `max_num_image_crops` (docs/model.md,
  ///   section 4.4).
  public func prepared(
    _ bytes: [UInt8], name: String, isOneOfSeveral: Bool = false
  ) throws -> PreprocessedImage {
    let image = try ImageDecoder.decode(bytes, name: name, options: decoding).image
    guard isOneOfSeveral, preprocessor.configuration.aspect == .anyres else {
      return try preprocessor.preprocess(image)
    }
    return try preprocessor.with(aspect: .pad).preprocess(image)
  }

  /// The whole conversation text for one question about `imageCount` images: `<image>` markers, a
  /// newline, the question, in the template of the model.
  ///
  /// A question that holds `<image>` already says itself where its images stand.
  public func conversation(question: String, imageCount: Int) -> String {
    template.prompt(for: ImagePrompt.message(question, imageCount: imageCount))
  }

  /// The text of generated ids, special tokens and ids without a token left out; not stripped.
  func decoded(_ ids: [Int]) throws -> String {
    try tokenizer.decode(ids.filter { $0 < tokenizer.count }, skippingSpecialTokens: true)
  }

  /// SHA-256 of each crop's normalised values, CHW, little-endian float32.
  static func pixelHashes(_ image: PreprocessedImage) -> [String] {
    let count = 3 * image.cropSize * image.cropSize
    return image.crops.indices.map { crop in
      SHA256.hexadecimal(of: Array(image.pixelValues[crop * count..<(crop + 1) * count]).span.bytes)
    }
  }

  /// The ids that end an answer, as `generation_config.json` says.
  public var stopIDs: Set<Int> { Set(checkpoint.generation.eosTokenIDs) }

  /// Answers one conversation about images from start to end.
  ///
  /// - Parameters:
  ///   - images: file name and bytes, in the order of the `<image>` markers
  ///   - recorder: collects activations, or nil
  public func answer(
    conversation: String, images: [(name: String, bytes: [UInt8])], maximumNewTokens: Int,
    stopIDs: Set<Int>? = nil,
    recorder: ActivationRecorder? = nil
  ) throws -> AnswerReport {
    let clock = ContinuousClock()
    let start = clock.now
    var prepared = try images.map { try self.prepared($0.bytes, name: $0.name) }
    let decodeEnd = clock.now
    let encoded = try encode(prepared, recorder: recorder)
    let encodeEnd = clock.now
    let imageSizes = prepared.map { (width: $0.originalSize.width, height: $0.originalSize.height) }
    let pixelHashes = prepared.map(Self.pixelHashes)
    prepared = []  // not in memory beside the prompt's states
    let prefillStart = clock.now
    let prompt = try layout(conversation: conversation, images: encoded)
    var prefix = try prefill(
      prompt, images: consume encoded, additionalTokens: prompt.textCount + maximumNewTokens,
      recorder: recorder)
    let prefixEnd = clock.now
    let generation = try generate(
      prompt, after: &prefix, stopIDs: stopIDs ?? self.stopIDs, maximumNewTokens: maximumNewTokens,
      keepsStepLogits: recorder != nil, recorder: recorder)
    try Self.checkIsAnswer(generation)
    return AnswerReport(
      prompt: prompt, conversation: conversation, images: images.map(\.name),
      imageSizes: imageSizes, pixelHashes: pixelHashes,
      generation: generation, decoded: try self.decoded(generation.ids), methodName: methodName,
      layers: work(for: prompt, after: prefix),
      seconds: (
        decode: (decodeEnd - start).seconds, encode: (encodeEnd - decodeEnd).seconds,
        prefill: (prefixEnd - prefillStart).seconds + generation.prefillSeconds,
        generate: generation.generationSeconds
      ))
  }
}
