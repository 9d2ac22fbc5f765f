import Benchmarks
import Evaluation
import Foundation
import Metrics
import Pages
import TestSupport

/// Runs over the embedded questions with answers that a test gives.
enum PageMaterial {
  static let samples = TestMaterial.project + "/Samples"

  /// - Parameter answer: by the question's place; nil: missing
  static func run(
    _ name: String, model: String = "first", data: String = samples,
    answer: (_ place: Int, _ sample: Sample) -> Answer?
  ) throws -> PageRun {
    let benchmark = try BenchmarkRegistry.named(name)
    let opened = try OpenedData(benchmark, path: samples)
    let asked = opened.samples.map { RunQuestion($0, prompt: benchmark.prompt(for: $0)) }
    let manifest = RunManifest(
      benchmark: benchmark, dataFolder: data == samples ? opened.path : data,
      dataLayout: opened.layout.name,
      questions: asked,
      model: ModelIdentity([("kind", model)]), selection: .all)
    var ledger = Ledger()
    ledger.total = opened.samples.count
    let answers = RunAnswers(
      directory: "runs/\(model)/\(name)", manifest: manifest,
      selected: opened.samples.enumerated().map { ($1, answer($0, $1)) }, asked: asked,
      ledger: ledger)
    return PageRun(answers, benchmark: benchmark, profile: .lmmsEval)
  }

  /// What the reference says.
  static func right(_ place: Int, _ sample: Sample) -> Answer? {
    Answer(text: sample.references.first ?? "", tokenIDs: [1, 2])
  }

  /// A file of a page as text.
  static func text(_ page: String, _ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: page + "/" + name)), as: UTF8.self)
  }

  /// All files of a folder with their bytes.
  static func files(_ folder: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
      var isFolder: ObjCBool = false
      let path = folder + "/" + name
      if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue {
        files[name] = try Data(contentsOf: URL(fileURLWithPath: path))
      }
    }
    return files
  }
}
