import DataFormats
import EvaluationTestSupport
import Foundation
import Hashing
import Synchronization
import TestSupport
import Testing

@testable import Evaluation

/// What a run records beside its answers, and that none of it decides whether it may be continued.
@Suite struct RunProvenanceTests {
  /// Six questions on two images; the second image cannot be read.
  private static func data(loads: LoadCount = LoadCount()) -> OpenedData {
    let samples = (0..<6).map { index in
      Sample(
        id: "s\(index)",
        image: ImageReference(identity: "image \(index / 3)", name: "image \(index / 3)") {
          loads.add()
          if index >= 3 { throw CocoaError(.fileReadNoSuchFile) }
          return Array("bytes".utf8)
        }, question: String(index), references: ["answer \(index)"])
    }
    return OpenedData(path: "echo", layout: EchoBenchmark.data().layout, samples: samples)
  }

  private final class LoadCount: Sendable {
    private let count = Mutex(0)
    func add() { count.withLock { $0 += 1 } }
    var value: Int { count.withLock { $0 } }
  }

  private func run(
    in folder: String, data: OpenedData? = nil, _ change: (inout Runner) -> Void = { _ in }
  ) throws -> RunDirectory {
    var runner = Runner(
      benchmark: EchoBenchmark(), data: data ?? Self.data(), outputFolder: folder + "/run")
    change(&runner)
    let model = RecordedAnswers { prompt, image in
      _ = try image?.load()
      return Answer(text: prompt.text)
    }
    return try runner.run(model, progress: SilentProgress()).directory
  }

  @Test func `the hash of the image's bytes stands beside every answer about it`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let entries = try run(in: folder).entries()
      let hash = SHA256.hexadecimal(of: Array("bytes".utf8))
      #expect(entries.map(\.answer.imageHash) == [hash, hash, hash, nil, nil, nil])
      #expect(entries.map { $0.answer.failure != nil } == [false, false, false, true, true, true])
    }
  }

  @Test func `an image is not read again to be hashed`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let loads = LoadCount()
      let directory = try run(in: folder, data: Self.data(loads: loads))
      // The recorded model reads the image once per question, and gives up on one it cannot read.
      #expect(loads.value == 4)
      #expect(try directory.entries().count == 6)
    }
  }

  @Test func `an image read ahead keeps its hash`() throws {
    let hashes = ImageHashes()
    let image = ImageReference(identity: "a", name: "a") { [1, 2, 3] }
    let ahead = ImageAhead { try $0.load() }
    ahead.begin(hashes.hashing(image))
    #expect(try ahead.take(image) == [1, 2, 3])
    #expect(hashes[[image]] == SHA256.hexadecimal(of: [1, 2, 3]))
    hashes.forget([image])
    #expect(hashes[[image]] == nil)
  }

  @Test func `a run says who made it, on what, with which program, from when to when`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let directory = try run(in: folder) {
        $0.defaultName = "tiny proxyv"
        $0.environment = RunEnvironment(
          commandLine: ["proxyv-eval", "run"], instructionSet: "avx2", codeVersion: "0123-dirty")
      }
      let manifest = try RunDirectory(opening: directory.path).manifest
      #expect(manifest == directory.manifest)
      #expect(manifest.name == "tiny proxyv" && manifest.codeVersion == "0123-dirty")
      let invocation = try #require(manifest.invocations.first)
      #expect(manifest.invocations.count == 1)
      #expect(invocation.environment.commandLine == ["proxyv-eval", "run"])
      #expect(!invocation.environment.host.isEmpty)
      #expect(!invocation.environment.processor.isEmpty)
      let ended = try #require(invocation.ended)
      #expect(ended >= invocation.started)
    }
  }

  @Test func `another name, machine or program continues the same run`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      _ = try run(in: folder) {
        $0.selection = Selection(limit: 2)
        $0.defaultName = "first"
        $0.environment.codeVersion = "one"
      }
      let second = try run(in: folder) {
        $0.defaultName = "not asked for"
        $0.environment.codeVersion = "two"
        $0.environment.host = "elsewhere"
      }
      #expect(second.manifest.name == "first" && second.manifest.codeVersion == "two")
      #expect(second.manifest.invocations.map(\.environment.codeVersion) == ["one", "two"])
      #expect(try second.entries().count == 6)
      let third = try run(in: folder) {
        $0.name = "renamed"
        $0.retryFailed = true
      }
      #expect(third.manifest.name == "renamed" && third.manifest.invocations.count == 3)
    }
  }

  @Test func `a command that finds every answer there changes nothing`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let first = try run(in: folder)
      let before = try readFile(first.path + "/run.json")
      _ = try run(in: folder) { $0.environment.codeVersion = "later" }
      #expect(try readFile(first.path + "/run.json") == before)
    }
  }

  @Test func `a run of an older version is read and continued`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let directory = try run(in: folder) { $0.selection = Selection(limit: 2) }
      let path = directory.path + "/run.json"
      var members = try #require(JSONNode(contentsOf: path).value.objectValue)
      for key in ["name", "invocations"] { members.removeValue(forKey: key) }
      members["code_version"] = "0.1.0"
      try Data(JSONValue.object(members).text().utf8).write(to: URL(fileURLWithPath: path))
      let log = directory.logPath(shard: .whole)
      let lines = String(decoding: try readFile(log), as: UTF8.self)
      let hash = SHA256.hexadecimal(of: Array("bytes".utf8))
      let older = lines.replacingOccurrences(of: "\"image_sha256\":\"\(hash)\",", with: "")
      #expect(older.utf8.count < lines.utf8.count)
      try Data(older.utf8).write(to: URL(fileURLWithPath: log))
      let old = try RunDirectory(opening: directory.path)
      #expect(old.manifest.codeVersion == "0.1.0" && old.manifest.name == nil)
      #expect(try old.entries().map(\.answer.imageHash) == [nil, nil])
      #expect(try run(in: folder).entries().count == 6)
    }
  }
}
