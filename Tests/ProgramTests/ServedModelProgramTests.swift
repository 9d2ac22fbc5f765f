import DataFormats
import Foundation
import ServerTestSupport
import TestSupport
import Testing

/// Served models through the command line: a server that misbehaves costs no answer.
@Suite(.serialized, .enabled(if: HostileServer.isAvailable, "needs python3"))
struct ServedModelProgramTests {
  private func arguments(_ address: String, output: String, _ more: [String] = []) -> [String] {
    ["run", "docvqa", "chartqa", "--model", address, "--data", Program.samples]
      + ["--output", output, "--retry-delay", "0.01"] + more
  }

  /// A reply of every kind, over and over; each question is answered in the end.
  private static let mischief: JSONValue = [
    "steps": .array(
      (0..<400).flatMap { index -> [JSONValue] in
        let faults: [JSONValue] = [
          ["do": "cut", "after": .integer(index % 140)], ["do": "status", "status": 503],
          ["do": "status", "status": 429, "headers": ["Retry-After": "0.01"]],
          ["do": "raw", "type": "text/html", "body": "<p>no</p>"],
          ["do": "raw", "body": "{\"choi"],
        ]
        return [faults[index % faults.count], ["echo": true], ["echo": true, "delay": 0.02]]
      })
  ]

  private func answers(_ run: String) throws -> [String: JSONValue] {
    var answers: [String: JSONValue] = [:]
    for line in try JSONLines.read(run + "/answers/answers.0-of-1.jsonl") {
      let id = try line["id"].string()
      #expect(answers[id] == nil, "\(id) is there twice")
      #expect(line.value["error"] == nil, "\(line.value)")
      answers[id] = line.value["text"]
    }
    return answers
  }

  @Test func `twenty kills among faults lose nothing`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let good = try HostileServer(["steps": [["echo": true]]])
      let undisturbed = try Program.run(arguments(good.address, output: folder + "/whole"))
      try #require(undisturbed.status == 0, "\(undisturbed.errors)")
      let server = try HostileServer(Self.mischief)
      let more = ["--concurrency", "3", "--retries", "20"]
      var kills = 0
      var generator = SystemRandomNumberGenerator()
      for round in 0..<40 where kills < 20 {
        let output = "\(folder)/killed-\(round)"
        while kills < 20 {
          let outcome = try Program.run(
            arguments(server.address, output: output, more),
            killAfter: .random(in: 0.05...0.4, using: &generator))
          if !outcome.wasSignalled { break }
          kills += 1
        }
        let last = try Program.run(arguments(server.address, output: output, more))
        #expect(last.status == 0, "\(last.errors)")
        for benchmark in ["docvqa", "chartqa"] {
          #expect(try answers("\(output)/\(benchmark)") == answers("\(folder)/whole/\(benchmark)"))
          #expect(
            try readFile("\(output)/\(benchmark)/scores.json")
              == readFile("\(folder)/whole/\(benchmark)/scores.json"))
        }
      }
      #expect(kills == 20)
    }
  }

  @Test func `the table shows tokens, times and cost, and the log has no key`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let server = try HostileServer(["steps": [["text": "yes"]]])
      let outcome = try Program.run(
        arguments(
          server.address, output: folder + "/run",
          ["--price-in", "1", "--price-out", "2", "--served-name", "tiny"]))
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("| tiny "))
      #expect(outcome.output.contains("| Served "))
      let whole = try Program.run(["report", folder + "/run", "--format", "markdown"])
      #expect(whole.output.contains("| Prompt tokens |"), "\(whole.output)")
      #expect(outcome.errors.contains("cannot be hashed"))
      let report = try Program.run(["report", folder + "/run", "--json"])
      let first = try JSONValue.parse(report.output)[0]
      #expect(first?["service"]?["prompt_tokens"]?.intValue == 2000)
      #expect(first?["service"]?["cost"]?.doubleValue.map { abs($0 - 0.0024) < 1e-12 } == true)
    }
  }

  @Test func `a budget stops the run with what is there`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let server = try HostileServer(["steps": [["text": "yes"]]])
      let outcome = try Program.run(
        arguments(
          server.address, output: folder + "/run",
          ["--price-in", "1000", "--price-out", "1000", "--max-cost", "4.2", "--concurrency", "1"]))
      expectOneSentence(outcome, status: 101, mentions: ["--max-cost", "run the same command"])
      #expect(outcome.output.contains("PARTIAL"))
    }
  }

  @Test func `wrong certificates, addresses and names get a sentence`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let output = folder + "/run"
      if let certificate = try selfSigned(in: folder) {
        let secure = try HostileServer(
          [:], arguments: ["--cert", certificate.certificate, "--key", certificate.key])
        expectOneSentence(
          try Program.run(arguments("openai:https://127.0.0.1:\(secure.port)/v1", output: output)),
          status: 1, mentions: ["certificate is not trusted", "SSL_CERT_FILE"])
      }
      let server = try HostileServer(["models": ["llava-a", "llava-b"], "key": "sk-right-1"])
      expectOneSentence(
        try Program.run(arguments(server.address, output: output)), status: 1,
        mentions: ["refuses the key"])
      let open = try HostileServer(["models": ["llava-a", "llava-b"]])
      expectOneSentence(
        try Program.run(arguments(open.address, output: output, ["--served-name", "llava"])),
        status: 1, mentions: ["does not have the model \"llava\"", "llava-a, llava-b"])
      expectOneSentence(
        try Program.run(arguments("openai:http://127.0.0.1:9/v1", output: output)), status: 1,
        mentions: ["no server answers there"])
      expectOneSentence(
        try Program.run(arguments("openai:8000", output: output)), status: 2,
        mentions: ["openai:http://localhost:8000/v1"])
      expectOneSentence(
        try Program.run(
          arguments(
            open.address, output: output, ["--served-name", "llava-a", "--method", "proxyv"])),
        status: 2, mentions: ["--method"])
      #expect(!FileManager.default.fileExists(atPath: output))
    }
  }

  /// A certificate that nobody vouches for; nil where there is no openssl to make one.
  private func selfSigned(in folder: String) throws -> (certificate: String, key: String)? {
    let files = (certificate: folder + "/certificate.pem", key: folder + "/key.pem")
    let arguments = [
      "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
      "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", files.key, "-out", files.certificate,
    ]
    guard let child = try? ChildProcess("/usr/bin/openssl", arguments, output: .null) else {
      return nil
    }
    return child.wait().status == 0 ? files : nil
  }
}
