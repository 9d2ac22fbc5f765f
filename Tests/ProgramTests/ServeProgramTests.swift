import DataFormats
import Foundation
import ServerTestSupport
import TestSupport
import Testing

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// `serve`: what other programs get from the engine, and what they cannot do to it.
@Suite(.serialized) struct ServeProgramTests {
  /// A running server; ends with this object.
  private final class Server {
    let base: String
    let process: ChildProcess

    init(_ more: [String] = []) throws {
      process = try ChildProcess(
        Program.path,
        ["serve", "--model", Program.tinyModel.get(), "--aspect", "pad", "--port", "0"] + more)
      base = process.readLine().split(separator: " ").last.map(String.init) ?? ""
    }

    deinit { process.terminate() }

    func post(_ body: JSONValue) async throws -> (status: Int, reply: JSONValue) {
      try await post([UInt8](body.text().utf8))
    }

    func post(_ body: [UInt8]) async throws -> (status: Int, reply: JSONValue) {
      var request = URLRequest(url: try #require(URL(string: base + "/chat/completions")))
      request.httpMethod = "POST"
      request.httpBody = Data(body)
      request.timeoutInterval = 300
      let (data, response) = try await URLSession.shared.data(for: request)
      let status = (response as? HTTPURLResponse)?.statusCode ?? 0
      return (status, try JSONValue.parse([UInt8](data)))
    }
  }

  private func question(_ image: String, _ more: [String: JSONValue] = [:]) -> JSONValue {
    var request: JSONValue = [
      "model": "tiny", "max_tokens": 8,
      "messages": [
        [
          "role": "user",
          "content": [
            ["type": "image_url", "image_url": ["url": .string(image)]],
            ["type": "text", "text": "What is this?"],
          ],
        ]
      ],
    ]
    if case .object(var members) = request {
      for (name, value) in more { members[name] = value }
      request = .object(members)
    }
    return request
  }

  private var page: String {
    get throws {
      let bytes = try readFile(TestMaterial.project + "/Samples/docvqa/documents/abmi0001_1.png")
      return "data:image/png;base64," + Data(bytes).base64EncodedString()
    }
  }

  @Test(arguments: [[], ["--no-streaming"]])
  func `a run through the server gets the texts of a run with the engine`(
    _ more: [String]
  ) throws {
    try TestMaterial.withTemporaryFolder { folder in
      let engine = try Program.run(
        Program.runArguments(["docvqa"], output: folder + "/engine") + ["--limit", "6"])
      try #require(engine.status == 0, "\(engine.errors)")
      let server = try Server()
      let served = try Program.run(
        [
          "run", "docvqa", "--model", "openai:" + server.base, "--data", Program.samples,
          "--output", folder + "/served", "--concurrency", "4", "--limit", "6",
        ] + more)
      try #require(served.status == 0, "\(served.errors)")
      #expect(
        try readFile(folder + "/engine/docvqa/samples.jsonl")
          == readFile(folder + "/served/docvqa/samples.jsonl"))
    }
  }

  @Test func `nothing is fetched, no file is opened, and what cannot be answered is said`()
    async throws
  {
    let server = try Server(["--max-body", "1"])
    for address in ["file:///etc/passwd", "http://127.0.0.1:9/x.png", "/etc/passwd", ""] {
      let (status, reply) = try await server.post(question(address))
      #expect(status == 400)
      #expect(reply["error"]?["message"]?.stringValue?.contains("data: addresses only") == true)
    }
    // 60,000 x 60,000 pixels in a file of a few bytes: a header, and ten zeros for its data.
    let bomb: [UInt8] =
      [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]
      + [0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60, 8, 2, 0, 0, 0, 0x0F, 0xB0, 0xE2, 0x15]
      + [0, 0, 0, 11, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0x60, 0x80, 0x01, 0, 0, 10, 0, 1]
      + [0x7F, 0x80, 0x74, 0x5E]
    let large = try await server.post(
      question("data:image/png;base64," + Data(bomb).base64EncodedString()))
    #expect(large.status == 400)
    #expect(large.reply["error"]?["message"]?.stringValue?.contains("60000 x 60000") == true)
    let unknown = try await server.post(question(try page, ["model": "gpt"]))
    #expect(unknown.status == 404 && unknown.reply["error"]?["code"] == "model_not_found")
    for (name, value) in [
      ("temperature", 0.7), ("n", 2), ("max_tokens", 0), ("stop", ["a"]), ("messages", []),
    ] as [(String, JSONValue)] {
      #expect(try await server.post(question(try page, [name: value])).status == 400)
    }
    #expect(try await server.post(Array("{".utf8)).status == 400)
    // It still answers.
    let good = try await server.post(question(try page))
    #expect(good.status == 200)
    #expect(good.reply["usage"]?["completion_tokens"]?.intValue.map { $0 >= 1 } == true)
  }

  @Test func `a body over the limit is refused`() async throws {
    let server = try Server(["--max-body", "1"])
    let body = question("data:image/png;base64," + String(repeating: "A", count: 3 << 20))
    // The server may close before it has read everything, which some clients call an error.
    if let answer = try? await server.post(body) { #expect(answer.status == 413) }
    #expect(try await server.post(question(try page)).status == 200)
  }

  private func crowd(_ server: Server, leaving: Int) throws -> JSONValue {
    let image = TestMaterial.project + "/Samples/docvqa/documents/abmi0001_1.png"
    let script = TestMaterial.project + "/Tests/ServerTestSupport/crowd.py"
    let client = try ChildProcess.run(
      HostileServer.python ?? "python3", [script, server.base, image, String(leaving)])
    try #require(client.status == 0, "\(client.errors)")
    return try JSONValue.parse(client.output)
  }

  @Test(.enabled(if: HostileServer.isAvailable, "needs python3"))
  func
    `a hundred clients get one text, those that leave disturb nobody, and only loopback listens`()
    async throws
  {
    let server = try Server()
    let alone = try await server.post(question(try page, ["max_tokens": 4]))
    let text = try #require(alone.reply["choices"]?[0]?["message"]?["content"])
    let seen = try crowd(server, leaving: 12)
    #expect(seen["replies"] == [[200, text, 100]])
    #expect(seen["elsewhere"] == false)
    #expect(server.process.isRunning)
  }

  @Test(.enabled(if: HostileServer.isAvailable, "needs python3"))
  func `a full queue says when to come back`() throws {
    let server = try Server(["--queue", "2"])
    let replies = try crowd(server, leaving: 0)["replies"]?.arrayValue ?? []
    #expect(replies.contains { $0[0] == 200 })
    #expect(replies.contains { $0[0] == 429 && $0[1] == "1" })
    #expect(replies.allSatisfy { $0[0] == 200 || $0[0] == 429 })
  }

  @Test(.enabled(if: Peers.areInstalled, "\(Peers.reason)"))
  func `the official openai client gets the text of answer, whole and streamed`() throws {
    let server = try Server()
    let image = TestMaterial.project + "/Samples/docvqa/documents/abmi0001_1.png"
    let answer = try Program.run([
      "answer", "--model", try Program.tinyModel.get(), "--aspect", "pad", "--image", image,
      "--prompt", "What is the total?", "--max-new-tokens", "12", "--json",
    ])
    let text = try JSONValue.parse(answer.output)["text"]?.stringValue
    let script = """
      import base64, sys, json
      from concurrent.futures import ThreadPoolExecutor
      from openai import OpenAI
      client = OpenAI(base_url=sys.argv[1], api_key="none", max_retries=10)
      url = "data:image/png;base64," + base64.b64encode(open(sys.argv[2], "rb").read()).decode()
      messages = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}},
                                               {"type": "text", "text": "What is the total?"}]}]
      def whole(_):
          reply = client.chat.completions.create(model="tiny", messages=messages, max_tokens=12, temperature=0)
          return reply.choices[0].message.content
      def streamed(_):
          parts = client.chat.completions.create(model="tiny", messages=messages, max_tokens=12, stream=True)
          return "".join(p.choices[0].delta.content or "" for p in parts if p.choices)
      gone = client.chat.completions.create(model="tiny", messages=messages, max_tokens=500, stream=True)
      next(iter(gone)); gone.close()
      with ThreadPoolExecutor(100) as pool:
          texts = set(pool.map(whole, range(50))) | set(pool.map(streamed, range(50)))
      print(json.dumps(sorted(texts)))
      """
    let client = try ChildProcess.run(Peers.python, ["-c", script, server.base, image])
    try #require(client.status == 0, "\(client.errors)")
    #expect(try JSONValue.parse(client.output) == [.string(try #require(text))])
  }
}
