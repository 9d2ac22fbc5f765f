import DataFormats
import Foundation
import TestSupport
import Testing

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// A faulty server that nobody here wrote: llmock of PyPI, which also judges its clients.
@Suite(.serialized, .enabled(if: Peers.areInstalled, "\(Peers.reason)"))
struct LLMockTests {
  /// A running llmock that repeats the question; ends with this object.
  private final class Server {
    let base: String
    private let process: ChildProcess

    init(_ arguments: [String]) throws {
      let program = Peers.python.replacing("/bin/python", with: "/bin/llmock")
      // It does not say which port it took, so it is given one that was free a moment ago.
      let port = try freePort()
      base = "http://127.0.0.1:\(port)"
      process = try ChildProcess(
        program,
        ["serve", "--port", String(port), "--log-level", "error", "--response-style", "echo"]
          + arguments, output: .null)
      for _ in 0..<600 where try !isReady() { usleep(100_000) }
    }

    deinit { process.terminate() }

    private func isReady() throws -> Bool {
      guard process.isRunning else { throw CocoaError(.executableLoad) }
      return (try? get("/health")) != nil
    }

    func get(_ path: String) throws -> JSONValue {
      let url = try #require(URL(string: base + path))
      return try JSONValue.parse([UInt8](Data(contentsOf: url)))
    }

    /// What the server has against the client; waits that only a busy machine made alike are no
    /// errors.
    func errors() throws -> [JSONValue] {
      let verdict = try get("/_llmock/verdict")
      return verdict["findings"]?.arrayValue?.filter { $0["severity"] == "error" } ?? []
    }
  }

  private static func freePort() throws -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 ? getsockname(descriptor, $0, &size) : -1
      }
    }
    try #require(status == 0)
    return UInt16(bigEndian: address.sin_port)
  }

  private func run(
    _ server: Server, output: String, _ more: [String] = []
  ) throws -> Program.Outcome {
    try Program.run(
      [
        "run", "docvqa", "--model", "openai:\(server.base)/v1", "--served-name", "gpt-4o",
        "--data", Program.samples, "--output", output, "--retry-delay", "0.05", "--retries", "40",
        "--concurrency", "4",
      ] + more)
  }

  private func answers(_ run: String) throws -> [JSONValue] {
    try JSONLines.read(run + "/docvqa/answers/answers.0-of-1.jsonl").map(\.value)
  }

  struct Mischief: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let server: [String]
    var client: [String] = []
  }

  // Rates at which ten attempts at one question, which llmock calls a storm, do not come about.
  @Test(arguments: [
    Mischief(testDescription: "latency, streamed", server: ["--latency-ms", "50"]),
    Mischief(
      testDescription: "latency, whole", server: ["--latency-ms", "50"],
      client: ["--no-streaming"]),
    Mischief(
      testDescription: "errors",
      server: ["429=0.06", "500=0.06", "503=0.06", "529=0.06", "408=0.06"].flatMap {
        ["--error-rate", $0]
      }),
    Mischief(
      testDescription: "broken streams",
      server: [
        "--stream-fault", "disconnect=0.1", "--stream-fault", "truncate=0.1",
        "--stream-fault", "malformed=0.1", "--stream-fault", "stall=0.05",
        "--stream-stall-seconds", "30",
      ], client: ["--request-time-limit", "5"]),
  ])
  func `every question is answered in the end, and llmock has nothing against it`(
    _ mischief: Mischief
  ) throws {
    try TestMaterial.withTemporaryFolder { folder in
      let server = try Server(mischief.server)
      let outcome = try run(server, output: folder, mischief.client)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let answers = try answers(folder)
      #expect(answers.count == 20)
      var prompts: [JSONValue: String] = [:]
      for question in try JSONLines.read(folder + "/docvqa/questions.jsonl") {
        prompts[question.value["id"] ?? .null] = try question["prompt"].string()
      }
      for answer in answers {
        // llmock repeats 120 characters: a stream that was cut off is not taken for an answer.
        let asked = "[image input] " + (prompts[answer["id"] ?? .null] ?? "")
        let echo = asked.replacing("\n", with: " ").prefix(120)
        #expect(answer["text"]?.stringValue == "Hello! You said: " + echo, "\(answer)")
      }
      #expect(try server.errors().isEmpty)
    }
  }

  @Test func `questions that are too long fail alone`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let server = try Server(["--context-window", "26"])
      let outcome = try run(server, output: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let failed = try answers(folder).compactMap { $0["error"]?["code"] }
      #expect(!failed.isEmpty && failed.count < 20)
      #expect(failed.allSatisfy { $0 == "prompt-too-long" })
      #expect(try server.errors().isEmpty)
    }
  }

  @Test(arguments: [("401", "refuses the key"), ("402", "paid"), ("403", "refuses the key")])
  func `what no retry can mend ends the run at once`(
    _ status: String, _ sentence: String
  ) throws {
    try TestMaterial.withTemporaryFolder { folder in
      let server = try Server(["--error-rate", status + "=1"])
      expectOneSentence(try run(server, output: folder + "/run"), status: 1, mentions: [sentence])
      #expect(!FileManager.default.fileExists(atPath: folder + "/run"))
      #expect(try server.errors().isEmpty)
    }
  }
}
