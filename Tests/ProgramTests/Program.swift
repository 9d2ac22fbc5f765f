import Foundation
import TestSupport
import Testing

/// The built command line, run as its users run it.
struct Program {
  /// Lies beside the test bundle.
  static let path: String = {
    let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return tests.deletingLastPathComponent().appendingPathComponent("proxyv-eval").path
  }()

  typealias Outcome = ChildProcess.Outcome

  /// Runs to the end, or until `killAfter` seconds when it is killed with SIGKILL.
  @discardableResult
  static func run(
    _ arguments: [String], input: String? = nil, killAfter: Double? = nil,
    environment: [String: String] = [:]
  ) throws -> Outcome {
    // Wide enough for whole tables; what is narrower has tests of its own.
    let surroundings = ["COLUMNS": "500"].merging(environment) { $1 }
    return try ChildProcess.run(path, arguments, environment: surroundings, input: input ?? "") {
      child in
      guard let killAfter else { return }
      Thread.sleep(forTimeInterval: killAfter)
      child.send(SIGKILL)
    }
  }

  /// A tiny checkpoint with random weights, written once for all tests of a process.
  static let tinyModel: Result<String, any Error> = Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "proxyv-eval-program-tests-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let model = folder.path + "/tiny"
    if !FileManager.default.fileExists(atPath: model) {
      let outcome = try run(["synthesize", "tiny", "--dtype", "f32", "--output", model])
      try #require(outcome.status == 0, "\(outcome.errors)")
    }
    atexit {
      try? FileManager.default.removeItem(
        atPath: FileManager.default.temporaryDirectory.path
          + "/proxyv-eval-program-tests-\(getpid())")
    }
    return model
  }

  static let samples = TestMaterial.project + "/Samples"

  /// The arguments of a quick run: one crop an image.
  static func runArguments(
    _ benchmarks: [String], output: String, data: String = samples
  ) throws -> [String] {
    ["run"] + benchmarks + [
      "--model", try tinyModel.get(), "--data", data, "--output", output, "--aspect", "pad",
    ]
  }

  /// Copies of files and folders into a fresh folder.
  static func copy(_ source: String, to target: String) throws {
    try FileManager.default.copyItem(atPath: source, toPath: target)
  }
}

/// Whatever goes wrong: one sentence on standard error, no trap, no backtrace.
func expectOneSentence(
  _ outcome: Program.Outcome, status: Int32, mentions: [String],
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(
    outcome.status == status && !outcome.wasSignalled, "\(outcome.errors)",
    sourceLocation: sourceLocation)
  let lines = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("proxyv-eval: ") }
  #expect(lines.count == 1, "\(outcome.errors)", sourceLocation: sourceLocation)
  for mentioned in mentions {
    #expect(outcome.errors.contains(mentioned), "\(outcome.errors)", sourceLocation: sourceLocation)
  }
  for word in ["Fatal error", "Backtrace", "Crash", "swift-"] {
    #expect(!outcome.errors.contains(word), "\(outcome.errors)", sourceLocation: sourceLocation)
  }
}
