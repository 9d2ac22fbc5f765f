import Diagnostics

/// How a served model is asked.
public struct ServedModelSettings: Sendable {
  /// The name in requests; nil: the only one that the server has.
  public var servedName: String?
  public var generation = Generation.greedy
  public var images = ImageForm.stored
  /// Requests under way at once.
  public var concurrency = 8
  /// Whether replies are streamed, which is what tells the time to the first token.
  public var streams = true
  /// Seconds from sending a request to the last byte of its reply.
  public var requestSeconds = 300.0
  /// Seconds for one question with all its attempts and waits.
  public var questionSeconds = 1800.0
  /// Seconds for the whole run; nil: no limit.
  public var runSeconds: Double?
  /// Further attempts after a failure that may pass.
  public var retries = 5
  /// Seconds before the first further attempt; doubled each time, at most a minute.
  public var retryDelay = 1.0
  /// Goes to the server as a bearer token and nowhere else.
  public var key: String?
  public var prices: Prices?
  /// The most bytes of one reply.
  public var replyLimit = 16 << 20

  public init() {}

  /// The header line that carries the key.
  var authorisation: [String] { key.map { ["Authorization: Bearer \($0)"] } ?? [] }
}

/// What tokens cost, per million, in any currency.
public struct Prices: Sendable, Equatable {
  public var input: Double
  public var output: Double
  /// Nothing is asked that could cost more than this in all.
  public var maximum: Double?

  public init(input: Double, output: Double, maximum: Double? = nil) {
    self.input = input
    self.output = output
    self.maximum = maximum
  }
}
