import DataFormats
import Diagnostics
public import Evaluation
import Foundation
import Synchronization

/// A model behind an OpenAI-compatible chat interface: vLLM, SGLang, llama.cpp's server, Ollama,
/// `transformers serve`, a hosted one.
///
/// ```swift
/// let address = try ServerAddress("openai:http://localhost:8000/v1")
/// let model = try ServedModel(address, settings: ServedModelSettings())
/// ```
///
/// The prompt's images and its text go as one user turn; the conversation template and the limits of
/// images are the server's. Any number of threads may ask at once.
public final class ServedModel: ConcurrentModel, MultipleImageModel {
  public let identity: ModelIdentity
  public let remarks: [String]
  public var concurrency: Int { settings.concurrency }

  let address: ServerAddress
  let settings: ServedModelSettings
  let connections = HTTPConnections()
  private let request: ChatRequest
  private let images: EncodedImages
  private let spending: Spending
  private let pace: Pace
  private let streak: Streak
  private let dialect = Mutex(ChatRequest.Dialect())
  private let started = Date()

  /// Asks the server which models it has.
  ///
  /// - Throws: ``ServedModelError`` where it is not reached, refuses the key, or does not have the
  ///   model; then with the names of those it has.
  public init(_ address: ServerAddress, settings: ServedModelSettings) throws {
    self.address = address
    self.settings = settings
    pace = Pace(firstDelay: settings.retryDelay)
    let listed = try ServerModels.asked(
      connections, address: address, settings: settings, pace: pace)
    let name = try listed.chosen(settings.servedName)
    request = ChatRequest(
      model: name, generation: settings.generation, streams: settings.streams)
    images = EncodedImages(form: settings.images, capacity: settings.concurrency + 1)
    spending = Spending(settings.prices)
    streak = Streak(longest: max(10, settings.concurrency + 2))
    identity = ModelIdentity([
      ("kind", "served"), ("served name", name), ("reported", listed.reported(of: name)),
      ("generation", settings.generation.description), ("images", settings.images.description),
    ])
    remarks = [
      "answered by the server at \(address.base) under the name \"\(name)\": its weights cannot be"
        + " hashed, so that nothing proves that they stay the same",
      "the conversation template is the server's, and the tokens of prompts and answers are not"
        + " known",
    ]
  }

  public func takeIntoAccount(_ answered: [Answer]) {
    spending.add(
      answered.compactMap(\.service).map {
        Spending.Evaluated(
          promptTokens: $0.promptTokens ?? 0, completionTokens: $0.completionTokens ?? 0)
      })
  }

  public func answer(
    _ prompts: [Prompt], about image: ImageReference?, deliver: (Int, Answer) throws -> Void
  ) throws {
    try answer(prompts, aboutAll: image.map { [$0] } ?? [], deliver: deliver)
  }

  /// The images go in their order, before the text.
  public func answer(
    _ prompts: [Prompt], aboutAll asked: [ImageReference], deliver: (Int, Answer) throws -> Void
  ) throws {
    for (index, prompt) in prompts.enumerated() {
      let encoded: [[UInt8]]
      do {
        encoded = try asked.map(images.address)
      } catch {
        try deliver(index, Answer(failure: Answer.Failure(error)))
        continue
      }
      try deliver(index, try answer(prompt, images: encoded))
    }
  }

  /// Asks until there is an answer, the question has failed for good, or a limit is reached.
  private func answer(_ prompt: Prompt, images: [[UInt8]]) throws -> Answer {
    let deadline = Date(timeIntervalSinceNow: settings.questionSeconds)
    var sent = 0
    var failures = 0
    while true {
      try checkRunTime()
      sleep(pace.waiting)
      let reserved: Double
      do {
        reserved = try spending.reserve(maximumNewTokens: request.limit(prompt))
      } catch {
        throw RunEnd(.limit, error)
      }
      let seconds = min(settings.requestSeconds, max(1, deadline.timeIntervalSinceNow))
      var fault: ServedModelError
      do throws(ServedModelError) {
        sent += 1
        let (reply, latency, first) = try ask(prompt, images: images, within: seconds)
        let answer = try settled(
          reply, latency: latency, first: first, attempts: sent, reserved: reserved)
        return answer
      } catch {
        fault = error
      }
      // What was not charged for certain counts as if it were.
      let mayHaveCost = [.connectionCut, .timeLimit, .malformedReply, .replyTooLarge]
        .contains(fault.code)
      if fault.code != .costUnknown {
        spending.settle(reserved, promptTokens: nil, cost: mayHaveCost ? nil : 0)
      }
      switch fault.reach {
      case .run: throw RunEnd(.fault, fault)
      case .question: return try failed(fault, attempts: sent)
      case .attempt: break
      }
      // A server that names its time is not ill; the question's own time limit bounds the waits.
      if fault.code != .rateLimited || fault.retryAfter == nil { failures += 1 }
      guard failures <= settings.retries else {
        if fault.code == .unreachable { throw RunEnd(.fault, gone(fault)) }
        return try failed(fault, attempts: sent)
      }
      let delay = max(
        fault.retryAfter.map { $0 / .seconds(1) } ?? 0,
        failures > 0 ? pace.delay(before: failures) : 0)
      if fault.retryAfter != nil { pace.pause(delay) }
      guard Date(timeIntervalSinceNow: delay) < deadline else {
        if fault.code == .rateLimited {
          fault.message +=
            "; the wait of \(Int(delay)) s that it asks for is longer than a question may take"
          throw RunEnd(.fault, fault)
        }
        return try failed(fault, attempts: sent)
      }
      sleep(delay)
    }
  }

  private func gone(_ fault: ServedModelError) -> ServedModelError {
    ServedModelError(
      .unreachable,
      "the server at \(address.base) is no longer reached; everything answered so far is kept,"
        + " start it and run the same command again", reach: .run, cause: fault)
  }

  /// A question that has no answer; ends the run where it is one of too many in a row.
  private func failed(_ fault: ServedModelError, attempts: Int) throws -> Answer {
    let concernsQuestionOnly = [.promptTooLong, .contentFiltered, .unsendableImage]
      .contains(fault.code)
    if !concernsQuestionOnly, let count = streak.failed() {
      throw RunEnd(
        .fault,
        ServedModelError(
          .failuresInARow,
          "\(count) questions in a row have failed; mend the cause and run the same command again"
            + " with --retry-failed", reach: .run, cause: fault))
    }
    var answer = Answer(failure: Answer.Failure(fault))
    answer.service = Answer.Service(attempts: attempts)
    return answer
  }

  /// An answer from a complete reply.
  private func settled(
    _ reply: ChatReply, latency: Double, first: Double?, attempts: Int, reserved: Double
  ) throws(ServedModelError) -> Answer {
    let known = reply.promptTokens.flatMap { prompt in
      reply.completionTokens.map { (prompt: prompt, completion: $0) }
    }
    let cost = known.flatMap {
      spending.cost(promptTokens: $0.prompt, completionTokens: $0.completion)
    }
    spending.settle(reserved, promptTokens: reply.promptTokens, cost: cost)
    var service = Answer.Service(latency: latency, attempts: attempts)
    service.promptTokens = reply.promptTokens
    service.completionTokens = reply.completionTokens
    service.cachedTokens = reply.cachedTokens
    service.reasoningTokens = reply.reasoningTokens
    service.finishReason = reply.finishReason
    service.timeToFirstToken = first
    service.model = reply.model
    service.fingerprint = reply.fingerprint
    service.cost = cost
    service.reasoning = reply.reasoning.isEmpty ? nil : reply.reasoning
    streak.succeeded()
    if spending.isLimited, known == nil {
      throw ServedModelError(
        .costUnknown,
        "the server does not say how many tokens it charges, so that --max-cost cannot be kept;"
          + " leave it out", reach: .run)
    }
    if reply.finishReason == "content_filter" {
      var answer = Answer(
        failure: Answer.Failure(
          ServedModelError(
            .contentFiltered, "a content filter of the server stopped the answer",
            reach: .question)))
      answer.service = service
      return answer
    }
    var answer = Answer(
      text: reply.text, stopReason: reply.finishReason == "length" ? .length : .end,
      seconds: Answer.Seconds(generate: latency))
    answer.service = service
    return answer
  }

  /// Sends one request; again at once where the server only dislikes how something is called.
  private func ask(
    _ prompt: Prompt, images: [[UInt8]], within seconds: Double
  ) throws(ServedModelError) -> (reply: ChatReply, latency: Double, first: Double?) {
    let dialect = dialect.withLock { $0 }
    let start = ContinuousClock.now
    let outcome = try connections.send(
      address.url("/chat/completions"),
      headers: ["Content-Type: application/json"] + settings.authorisation,
      body: request.body(prompt, images: images, dialect: dialect), within: seconds,
      limit: settings.replyLimit)
    let latency = (ContinuousClock.now - start) / .seconds(1)
    let first = outcome.firstText.map { ($0 - start) / .seconds(1) }
    guard (200..<300).contains(outcome.status) else {
      let fault = ServerFault(
        status: outcome.status, headers: outcome.headers, body: outcome.body, key: settings.key)
      if let other = otherDialect(after: fault, than: dialect) {
        self.dialect.withLock { $0 = other }
        return try ask(prompt, images: images, within: seconds)
      }
      throw fault.error
    }
    return (try reply(outcome), latency, first)
  }

  /// What to change about requests after a refusal; nil where nothing would help.
  private func otherDialect(
    after fault: ServerFault, than dialect: ChatRequest.Dialect
  ) -> ChatRequest.Dialect? {
    var other = dialect
    if dialect.limitName == "max_tokens", fault.objects(to: "max_completion_tokens") {
      other.limitName = "max_completion_tokens"
    } else if settings.streams, dialect.asksForUsage, fault.objects(to: "stream_options") {
      other.asksForUsage = false
    }
    return other == dialect ? nil : other
  }

  private func reply(_ outcome: ReplyCollector) throws(ServedModelError) -> ChatReply {
    var reply: ChatReply
    if let streamed = outcome.streamed {
      reply = streamed
      guard outcome.isStreamComplete || reply.finishReason != nil || reply.error != nil else {
        throw ServedModelError(
          .connectionCut, "the stream ended before the answer did", reach: .attempt)
      }
    } else {
      reply = ChatReply()
      let value: JSONValue
      do {
        value = try JSONValue.parse(outcome.body)
      } catch {
        let said = ServerFault(status: outcome.status, body: outcome.body, key: settings.key)
          .sentence.prefix(80)
        throw ChatReply.malformed("\(error.message); it begins \"\(said)\"")
      }
      try reply.take(value)
    }
    if let error = reply.error {
      let status = error["code"]?.intValue ?? error["status"]?.intValue ?? 500
      throw ServerFault(
        status: (400..<600).contains(status) ? status : 500, headers: outcome.headers,
        error: ["error": error], key: settings.key
      ).error
    }
    guard reply.hasChoice else { throw ChatReply.malformed("it has no choices") }
    return reply
  }

  private func checkRunTime() throws {
    guard let limit = settings.runSeconds, -started.timeIntervalSinceNow >= limit else { return }
    throw RunEnd(
      .limit,
      ServedModelError(
        .runTimeLimit,
        "the run's time limit of \(Int(limit)) s is reached; run the same command again to go on",
        reach: .run))
  }

  private func sleep(_ seconds: Double) {
    if seconds > 0 { Thread.sleep(forTimeInterval: seconds) }
  }
}
