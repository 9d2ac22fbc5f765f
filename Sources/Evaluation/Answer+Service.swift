import DataFormats
import OrderedCollections

extension Answer {
  /// What a model behind a network interface says about an answer, and how long it took; nil for a
  /// model that computes here.
  public struct Service: Sendable, Equatable {
    /// Tokens as the server counts (and charges) them; nil where it does not say.
    public var promptTokens: Int?
    public var completionTokens: Int?
    /// Of the prompt's tokens those that the server had in its prefix cache.
    public var cachedTokens: Int?
    /// Of the completion's tokens those of ``reasoning``.
    public var reasoningTokens: Int?
    /// The server's own word: `stop`, `length`, `content_filter` ...
    public var finishReason: String?
    /// Seconds from sending the request that was answered to the last byte of its reply.
    public var latency: Double
    /// Seconds until the first text; nil where the reply came in one piece.
    public var timeToFirstToken: Double?
    /// Requests sent for this answer, the successful one included.
    public var attempts: Int
    /// The model and the build that the reply names.
    public var model: String?
    public var fingerprint: String?
    /// In the currency of `--price-in` and `--price-out`; nil without prices.
    public var cost: Double?
    /// What the server told apart from the answer as thoughts before it.
    public var reasoning: String?

    public init(latency: Double = 0, attempts: Int = 1) {
      self.latency = latency
      self.attempts = attempts
    }
  }
}

extension Answer.Service {
  var json: JSONValue {
    var members: OrderedDictionary<String, JSONValue> = [:]
    func add(_ name: String, _ value: JSONValue?) { if let value { members[name] = value } }
    add("prompt_tokens", promptTokens.map { .integer($0) })
    add("completion_tokens", completionTokens.map { .integer($0) })
    add("cached_tokens", cachedTokens.map { .integer($0) })
    add("reasoning_tokens", reasoningTokens.map { .integer($0) })
    add("finish_reason", finishReason.map { .string($0) })
    add("latency", .number(latency))
    add("time_to_first_token", timeToFirstToken.map { .number($0) })
    add("attempts", .integer(attempts))
    add("model", model.map { .string($0) })
    add("fingerprint", fingerprint.map { .string($0) })
    add("cost", cost.map { .number($0) })
    add("reasoning", reasoning.map { .string($0) })
    return .object(members)
  }

  init(_ node: JSONNode) throws(DataFormatError) {
    self.init(latency: try node["latency"].double(), attempts: try node["attempts"].int())
    promptTokens = try node.optional("prompt_tokens")?.int()
    completionTokens = try node.optional("completion_tokens")?.int()
    cachedTokens = try node.optional("cached_tokens")?.int()
    reasoningTokens = try node.optional("reasoning_tokens")?.int()
    finishReason = try node.optional("finish_reason")?.string()
    timeToFirstToken = try node.optional("time_to_first_token")?.double()
    model = try node.optional("model")?.string()
    fingerprint = try node.optional("fingerprint")?.string()
    cost = try node.optional("cost")?.double()
    reasoning = try node.optional("reasoning")?.string()
  }
}
