import DataFormats
import Evaluation
import Foundation
import Images
import ServerTestSupport
import TestSupport
import Testing

@testable import ServedModel

/// What is sent, what is logged of the reply, and in which order questions go.
@Suite(.enabled(if: HostileServer.isAvailable, "needs python3"))
struct ServedModelTests {
  @Test(arguments: [true, false])
  func `tokens, finish reason, thoughts and times are logged`(_ streams: Bool) throws {
    let server = try HostileServer([
      "steps": [
        [
          "text": "zwölf € 😀", "finish": "length", "reasoning": "hm",
          "usage": [
            "prompt_tokens": 700, "completion_tokens": 12,
            "prompt_tokens_details": ["cached_tokens": 576],
            "completion_tokens_details": ["reasoning_tokens": 3],
          ],
        ]
      ]
    ])
    let model = try server.model {
      $0.streams = streams
      $0.prices = Prices(input: 2, output: 10)
    }
    let answer = try #require(try model.ask("q"))
    #expect(answer.text == "zwölf € 😀" && answer.stopReason == .length)
    let service = try #require(answer.service)
    #expect(service.promptTokens == 700 && service.completionTokens == 12)
    #expect(service.cachedTokens == 576 && service.reasoningTokens == 3)
    #expect(service.finishReason == "length" && service.reasoning == "hm")
    #expect(service.fingerprint == "build-1" && service.attempts == 1)
    let cost = 0.00152
    #expect(service.cost == cost)
    #expect((service.timeToFirstToken != nil) == streams)
    #expect(service.timeToFirstToken.map { $0 <= service.latency } ?? true)
  }

  @Test func `the request is greedy, with the prompt's limit and the image before the text`() throws
  {
    let server = try HostileServer(["key": "sk-1"])
    let model = try server.model { $0.key = "sk-1" }
    try model.answer(
      [Prompt(text: "a \"b\"\n", maximumNewTokens: 17)], about: Questions.pixels("x")
    ) { _, _ in }
    let sent = try #require(try server.requests().first)
    #expect(sent["text"] == "a \"b\"\n")
    #expect(
      sent["settings"] == [
        "model": "tiny", "temperature": 0, "max_tokens": 17, "stream": true,
        "stream_options": ["include_usage": true],
      ])
    #expect(sent["images"]?[0]?["start"] == "data:image/gif;base64,R0lGODlhIHg=")
    #expect(sent["headers"]?["Authorization"] == "Bearer sk-1")
  }

  @Test func `several images go in their order before the text`() throws {
    let server = try HostileServer([:])
    let model = try server.model()
    try model.answer(
      [Prompt(text: "Compare.", maximumNewTokens: 5)],
      aboutAll: ["b", "a", "b"].map(Questions.pixels)
    ) { _, answer in #expect(answer.failure == nil) }
    let sent = try #require(try server.requests().first)
    let addresses = (0..<3).map { place in sent["images"]?[place]?["start"]?.stringValue ?? "" }
    #expect(addresses[0] == addresses[2] && addresses[0] != addresses[1])
    #expect(addresses.allSatisfy { $0.hasPrefix("data:image/gif;base64,") })
    #expect(sent["images"]?[3] == nil && sent["text"] == "Compare.")
  }

  @Test func `settings are sent and recorded`() throws {
    let server = try HostileServer([:])
    let generation = try Generation(
      "temperature=0.7,seed=3,max_tokens=900,chat_template_kwargs.enable_thinking=false")
    let model = try server.model {
      $0.generation = generation
      $0.streams = false
      $0.images = .jpeg(quality: 90)
    }
    _ = try model.ask("q")
    let expected: [String: JSONValue] = [
      "model": "tiny", "temperature": 0.7, "seed": 3, "stream": false, "max_tokens": 900,
      "chat_template_kwargs": ["enable_thinking": false],
    ]
    let sent = try #require(try server.requests().first?["settings"]?.objectValue)
    #expect(Set(sent.keys) == Set(expected.keys))
    for (key, value) in expected { #expect(sent[key] == value, "\(key)") }
    #expect(
      model.identity["generation"]
        == "temperature=0.7,seed=3,chat_template_kwargs.enable_thinking=false,max_tokens=900")
    #expect(model.identity["images"] == "jpeg:90" && model.identity["served name"] == "tiny")
    #expect(model.identity["reported"] == "owned_by=tests, max_model_len=4096")
    #expect(model.remarks.contains { $0.contains("cannot be hashed") })
  }

  @Test func `a page's first question goes alone, then the others together`() throws {
    let folder = try TemporaryFolder()
    let server = try HostileServer(["steps": [["echo": true, "delay": 0.02]]])
    let model = try server.model { $0.concurrency = 6 }
    let runner = Runner(
      benchmark: Questions(), data: Questions.data(count: 40, perImage: 8),
      outputFolder: folder.path + "/run")
    let summary = try runner.run(model, progress: SilentProgress())
    let scores = try RunScores(summary.directory, benchmark: Questions(), profile: .lmmsEval)
    #expect(summary.end == nil && scores.ledger.answered == 40)
    #expect(scores.metrics.first?.value == 1)
    let log = try server.log()
    #expect(log["most_under_way"]?.intValue.map { (2...6).contains($0) } == true)
    // No question of a page is asked before the page's first one.
    var opened: Set<Int> = []
    for request in log["requests"]?.arrayValue ?? [] {
      let number = try #require(request["text"]?.stringValue.flatMap { Int($0.dropFirst()) })
      if number % 8 == 0 { opened.insert(number / 8) } else { #expect(opened.contains(number / 8)) }
    }
  }

  @Test func `the run stops before it costs too much, and goes on with more`() throws {
    let folder = try TemporaryFolder()
    let server = try HostileServer(["steps": [["echo": true]]])
    // The summary holds the run's lock: what is looked at of it leaves, and the lock goes.
    func run(_ maximum: Double) throws -> (end: RunEnd?, scores: RunScores) {
      let model = try server.model {
        $0.concurrency = 1
        $0.prices = Prices(input: 1000, output: 1000, maximum: maximum)
      }
      let runner = Runner(
        benchmark: Questions(), data: Questions.data(count: 60, perImage: 1),
        outputFolder: folder.path + "/run")
      let summary = try runner.run(model, progress: SilentProgress())
      return (
        summary.end, try RunScores(summary.directory, benchmark: Questions(), profile: .lmmsEval)
      )
    }
    // Before the first answer 4096 prompt tokens are feared; then an answer costs 0.11.
    let (none, nothing) = try run(4)
    #expect(none?.reason.codeName == "cost-limit" && nothing.ledger.answered == 0)
    let (some, part) = try run(4.2)
    #expect(some?.kind == .limit && some?.reason.codeName == "cost-limit")
    #expect(part.ledger.answered == 38 && part.ledger.failed == 0)
    // What was spent before the run was continued counts.
    let (again, same) = try run(4.3)
    #expect(again?.reason.codeName == "cost-limit" && same.ledger.answered == 39)
    let (last, all) = try run(100)
    #expect(last == nil && all.ledger.answered == 60)
  }

  @Test func `what ends a run is not logged as a failure, and what is there is kept`() throws {
    let folder = try TemporaryFolder()
    let refusal: JSONValue = ["do": "status", "status": 401, "body": "{}"]
    let steps: JSONValue = [["echo": true], ["echo": true], ["echo": true], refusal]
    let runner = Runner(
      benchmark: Questions(), data: Questions.data(count: 12, perImage: 3),
      outputFolder: folder.path + "/run")
    do {
      // The summary holds the run's lock while it is there.
      let broken = try runner.run(
        try HostileServer(["steps": steps]).keptModel { $0.concurrency = 1 },
        progress: SilentProgress())
      #expect(broken.end?.kind == .fault && broken.end?.reason.codeName == "wrong-key")
      let partial = try RunScores(broken.directory, benchmark: Questions(), profile: .lmmsEval)
      #expect(partial.ledger.answered == 3 && partial.ledger.failed == 0)
    }
    let mended = try runner.run(
      try HostileServer(["steps": [["echo": true]]]).keptModel(), progress: SilentProgress())
    #expect(mended.resumed == 3 && mended.end == nil)
  }
}

extension HostileServer {
  /// A model that keeps its server running.
  func keptModel(
    _ change: (inout ServedModelSettings) -> Void = { _ in }
  ) throws -> KeptModel { KeptModel(server: self, model: try model(change)) }

  final class KeptModel: ConcurrentModel {
    // Touched only when the last reference goes.
    nonisolated(unsafe) private let server: HostileServer
    private let model: ServedModel
    init(server: HostileServer, model: ServedModel) { (self.server, self.model) = (server, model) }
    var concurrency: Int { model.concurrency }
    var identity: ModelIdentity { model.identity }
    func takeIntoAccount(_ answered: [Answer]) { model.takeIntoAccount(answered) }
    func answer(
      _ prompts: [Prompt], about image: ImageReference?, deliver: (Int, Answer) throws -> Void
    ) throws { try model.answer(prompts, about: image, deliver: deliver) }
  }
}
