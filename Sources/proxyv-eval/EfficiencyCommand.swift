import ArgumentParser
import Checkpoints
import Foundation
import ProxyVModel
import Reporting

/// `efficiency`: the paper's cost tables, computed and measured.
struct EfficiencyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "efficiency", abstract: "Compares what prefill costs under several methods: FLOPs, time, tokens, cache.",
    discussion: """
      All methods run on the same random weights in one process, in alternation. With fewer --layers than the shape has, start
      layers are scaled in proportion (12 of 32 become 3 of 8); since every layer before and after the start costs the same, the
      reductions carry over to the full depth. --flops-only computes the table without any weights.
      """)

  @Option(name: .long, help: "The shape of the model.") var shape = "vicuna-7b"
  @Option(name: .long, help: "A checkpoint to measure instead of synthesized weights.") var model: String?
  @Option(name: .long, help: "Decoder layers of the synthesized model; default is the shape's.") var layers: Int?
  @Option(name: .long, help: "Methods separated by commas or spaces; the first is compared with.") var methods: String?
  @Option(name: .long, help: "Crops of the image.") var crops = 5
  @Option(name: .long, help: "Text tokens.") var textTokens = 50
  @Option(name: .long, help: "Timed runs of each method.") var runs = 5
  @Option(name: .long, help: "Threads to compute with.") var threads: Int?
  @Option(name: .long, help: "stored, f32, bf16 or int8.") var weights = WeightFormat.stored
  @Option(name: .long, help: "Where synthesized weights are put while they are needed.") var scratch = FileManager.default.temporaryDirectory.path
  @Flag(name: .long, help: "Only compute FLOPs as the paper counts them.") var flopsOnly = false
  @Option(name: .long, help: "markdown, latex, csv or json.") var format = ResultTable.Format.markdown

  func validate() throws {
    if crops < 1 || textTokens < 2 || runs < 1 { throw ValidationError("--crops and --runs must be at least 1, --text-tokens at least 2") }
  }

  func run() throws {
    let shape = try usage { try Synthesis.Shape(named: self.shape) }
    if flopsOnly {
      print(try PaperCostTable.table(shape: shape, crops: crops, textTokens: textTokens).text(format), terminator: "")
      return
    }
    let study = EfficiencyStudy(
      setting: PrefillSetting(crops: crops, tokensPerCrop: 576, textTokens: textTokens, countsNewlines: false), runs: runs)
    let table = try withModel(shape) { loaded in
      let names = methods.map { $0.split(whereSeparator: { ", ".contains($0) }).map(String.init) } ?? PaperCostTable.defaultMethods(loaded.configuration)
      let measured = try study.measure(loaded, methods: PaperCostTable.grouped(names)) { method, run in
        if run == 0 { note("warming up \(method)") }
      }
      return try PaperCostTable.table(measured, model: loaded, shape: shape, setting: study.setting)
    }
    print(table.text(format), terminator: "")
  }

  /// Loads the given checkpoint, or one that is synthesized for the time of the measurement.
  private func withModel<R>(_ shape: Synthesis.Shape, _ body: (VisionLanguageModel) throws -> R) throws -> R {
    var options = LoadOptions(method: "baseline", threads: threads)
    options.weights = weights
    if let model { return try body(VisionLanguageModel.load(folder: model, options: options)) }
    let folder = "\(scratch)/proxyv-efficiency-\(getpid())"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let progress = ByteProgress(title: "writing \(shape.rawValue)")
    try Synthesis(shape: shape, layers: layers).writeComplete(to: folder) { progress.show($0, of: $1) }
    progress.finish()
    return try body(VisionLanguageModel.load(folder: folder, options: options))
  }
}

extension ResultTable.Format: ExpressibleByArgument {}
