import DataFormats
import Diagnostics
import OrderedCollections

/// A model's answer to one sample, or the reason why there is none.
public struct Answer: Sendable, Equatable {
  public enum StopReason: String, Sendable {
    /// The model ended its answer.
    case end
    /// The answer was cut off at the limit of new tokens.
    case length
  }

  /// What was computed for this answer; a step shared with other questions on the image counts
  /// where it was paid.
  public struct Counts: Sendable, Equatable {
    public var crops = 0
    public var visionTokens = 0
    public var textTokens = 0
    public var imagesEncoded = 0
    public var prefixesComputed = 0
    /// Tokens at the end of the prompt that the model never saw: it was longer than the tokenizer
    /// allows.
    public var promptTokensCut = 0
    /// The tokens that stand for the image in each decoder layer's FFN: what a method reduces.
    /// Empty where the model does not say. // [layers]
    public var imageTokensByLayer: [Int] = []

    public init(
      crops: Int = 0, visionTokens: Int = 0, textTokens: Int = 0, imagesEncoded: Int = 0,
      prefixesComputed: Int = 0, promptTokensCut: Int = 0
    ) {
      self.promptTokensCut = promptTokensCut
      self.crops = crops
      self.visionTokens = visionTokens
      self.textTokens = textTokens
      self.imagesEncoded = imagesEncoded
      self.prefixesComputed = prefixesComputed
    }
  }

  public struct Seconds: Sendable, Equatable {
    public var decode = 0.0
    public var encode = 0.0
    public var prefill = 0.0
    public var generate = 0.0

    public init(decode: Double = 0, encode: Double = 0, prefill: Double = 0, generate: Double = 0) {
      self.decode = decode
      self.encode = encode
      self.prefill = prefill
      self.generate = generate
    }
  }

  /// Why a sample has no answer.
  public struct Failure: Sendable, Equatable {
    public var code: String
    public var message: String

    public init(code: String, message: String) {
      self.code = code
      self.message = message
    }

    public init(_ error: any Error) {
      self.init(
        code: (error as? any LocatedError)?.codeName ?? "unexpected", message: render(error))
    }
  }

  /// As generated, special tokens left out, not stripped.
  public var text: String
  public var tokenIDs: [Int]
  public var stopReason: StopReason
  public var counts: Counts
  public var seconds: Seconds
  public var failure: Failure?
  /// SHA-256 of the encoded bytes of the image that was asked about, in hexadecimal digits; nil
  /// where no image was read, and in logs of older versions. Of several images it is the SHA-256 of
  /// their hashes in order, each followed by a line feed.
  ///
  /// The runner adds it when the model reads the image. It tells which questions stand on one
  /// image, whatever a layout of the data calls it.
  public var imageHash: String?
  /// What a served model says beside the text.
  public var service: Service?

  public init(
    text: String, tokenIDs: [Int] = [], stopReason: StopReason = .end, counts: Counts = Counts(),
    seconds: Seconds = Seconds()
  ) {
    self.text = text
    self.tokenIDs = tokenIDs
    self.stopReason = stopReason
    self.counts = counts
    self.seconds = seconds
  }

  /// An answer that failed.
  public init(failure: Failure) {
    self.init(text: "")
    self.failure = failure
  }

  // MARK: The line in the log

  package func json(id: String) -> JSONValue {
    var members: OrderedDictionary<String, JSONValue> = ["id": .string(id)]
    if let imageHash { members["image_sha256"] = .string(imageHash) }
    if let failure {
      members["error"] = ["code": .string(failure.code), "message": .string(failure.message)]
      if let service { members["service"] = service.json }
      return .object(members)
    }
    members["text"] = .string(text)
    members["stop_reason"] = .string(stopReason.rawValue)
    members["token_ids"] = .array(tokenIDs.map { .integer($0) })
    var counted: OrderedDictionary<String, JSONValue> = [
      "crops": .integer(counts.crops), "vision_tokens": .integer(counts.visionTokens),
      "text_tokens": .integer(counts.textTokens),
      "images_encoded": .integer(counts.imagesEncoded),
      "prefixes_computed": .integer(counts.prefixesComputed),
      "image_tokens_by_layer": .array(counts.imageTokensByLayer.map { .integer($0) }),
    ]
    if counts.promptTokensCut > 0 {
      counted["prompt_tokens_cut"] = .integer(counts.promptTokensCut)
    }
    members["counts"] = .object(counted)
    members["seconds"] = [
      "decode": .number(seconds.decode), "encode": .number(seconds.encode),
      "prefill": .number(seconds.prefill),
      "generate": .number(seconds.generate),
    ]
    if let service { members["service"] = service.json }
    return .object(members)
  }

  static func parse(_ node: JSONNode) throws(DataFormatError) -> (id: String, answer: Answer) {
    let id = try node["id"].string()
    let imageHash = try node.optional("image_sha256")?.string()
    let service = try serviceOf(node)
    if let error = try node.optional("error") {
      var answer = Answer(
        failure: Failure(code: try error["code"].string(), message: try error["message"].string()))
      answer.imageHash = imageHash
      answer.service = service
      return (id, answer)
    }
    guard let reason = StopReason(rawValue: try node["stop_reason"].string()) else {
      throw try node["stop_reason"].mismatch("\"end\" or \"length\"")
    }
    var answer = Answer(text: try node["text"].string(), stopReason: reason)
    answer.imageHash = imageHash
    for item in try node["token_ids"].list() { answer.tokenIDs.append(try item.int()) }
    let counts = try node["counts"]
    answer.counts = Counts(
      crops: try counts["crops"].int(), visionTokens: try counts["vision_tokens"].int(),
      textTokens: try counts["text_tokens"].int(),
      imagesEncoded: try counts["images_encoded"].int(),
      prefixesComputed: try counts["prefixes_computed"].int(),
      promptTokensCut: try counts.optional("prompt_tokens_cut")?.int() ?? 0)
    // Logs of earlier versions do not have it.
    for item in try counts.optional("image_tokens_by_layer")?.list() ?? [] {
      answer.counts.imageTokensByLayer.append(try item.int())
    }
    let seconds = try node["seconds"]
    answer.seconds = Seconds(
      decode: try seconds["decode"].double(), encode: try seconds["encode"].double(),
      prefill: try seconds["prefill"].double(),
      generate: try seconds["generate"].double())
    answer.service = service
    return (id, answer)
  }

  private static func serviceOf(_ node: JSONNode) throws(DataFormatError) -> Service? {
    guard let service = try node.optional("service") else { return nil }
    return try Service(service)
  }
}
