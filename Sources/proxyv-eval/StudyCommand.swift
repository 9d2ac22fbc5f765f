import ArgumentParser
import Benchmarks
import EngineModel
import Evaluation
import Foundation
import Metrics
import ProxyVModel
import Reporting

/// `study`: series of runs that answer one question about a model.
struct StudyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study", abstract: "Series of runs that answer one question about a model.",
    subcommands: [StudyMasking.self])
}

/// `study masking`: how redundant is attention among vision tokens?
struct StudyMasking: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "masking",
    abstract:
      """
      The score against the share of layers without vision-to-vision attention (the paper's \
      figure 2).
      """,
    discussion: """
      One run per start layer under OUTPUT/from-N/BENCHMARK, each resumable like any run; then \
      a table, masking.csv and masking.svg in \
      OUTPUT. Nothing is retrained: the curve shows what a checkpoint loses when the attention \
      is cut at inference.

      Example:
        proxyv-eval study masking docvqa --model CHECKPOINT --data DATA --output study
      """)

  @Argument(help: "The benchmarks.", completion: .benchmarks) var benchmarks: [String]
  @OptionGroup var modelOptions: ModelOptions
  @Option(name: .long, help: "The data folder.") var data: String
  @Option(name: .long, help: "The folder for runs, table and figure.") var output: String
  @Option(
    name: .long, help: "Start layers separated by commas; default is every quarter of the layers.")
  var from: String?
  @Option(name: .long, help: "What vision tokens still see: self-only, except-self or all.")
  var variant = "self-only"
  @Option(name: .long, help: "Ask at most this many samples.") var limit: Int?
  @Flag(name: .long, help: "Start over; the runs that are there are renamed, not deleted.")
  var fresh = false
  @Option(name: .long, help: "The rule set to score with.", completion: .profiles) var profile =
    Profile.lmmsEval.rawValue

  func validate() throws {
    try checkIsNotEmpty(output, "--output")
    if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
    if let from,
      from.split(separator: ",", omittingEmptySubsequences: false).contains(where: {
        Int($0) == nil
      })
    {
      throw ValidationError("--from takes layer numbers separated by commas, not \"\(from)\"")
    }
    if let twice = benchmarks.enumerated().first(where: {
      benchmarks[..<$0.offset].contains($0.element)
    })?.element {
      throw ValidationError("\(twice) is named twice; name each benchmark once")
    }
    if modelOptions.method != nil {
      throw ValidationError("--method has no place here; the study chooses its methods itself")
    }
  }

  func run() throws {
    let profile = try usage { try Profile.named(self.profile) }
    let selected = try usage { try TaskNames.benchmarks(benchmarks) }
    try modelOptions.checkCheckpoint()
    let opened = try selected.map { benchmark in
      var run = try BenchmarkRun(benchmark, data: data)
      run.selection = Selection(limit: limit)
      run.fresh = fresh
      run.environment = modelOptions.runEnvironment
      return run
    }
    var options = modelOptions.loadOptions
    options.method = "baseline"
    let model = try VisionLanguageModel.load(folder: modelOptions.model, options: options)
    let layers = model.configuration.layerCount
    let starts = Set(
      (from?.split(separator: ",").compactMap { Int($0) } ?? (0..<4).map { $0 * layers / 4 }) + [
        layers
      ]
    ).sorted(by: >)
    var runs: [String: [MaskingFigure.Point]] = [:]
    var figures: [String: String] = [:]
    // All methods first: a wrong one should not cost a night.
    let models = try starts.map { start in
      (
        start,
        model: start == layers
          ? model : try model.using(method: "mask-attention:from=\(start),variant=\(variant)")
      )
    }
    for (start, variantModel) in models {
      let answering = try ProxyVAnsweringModel(variantModel)
      for run in opened {
        let benchmark = run.benchmark
        let scored = try run.answered(
          by: answering, in: "\(output)/from-\(start)/\(benchmark.name)", profiles: .one(profile),
          defaultName: modelOptions.runName(answering.identity),
          progress: TerminalProgress(title: "\(benchmark.title), masked from layer \(start)"))
        // Relative to an unmasked distance a worse model would stand higher.
        let headline = scored.scores.first?.metrics.first { !$0.lowerIsBetter }
        figures[benchmark.name] = headline?.name
        runs[benchmark.name, default: []].append(
          MaskingFigure.Point(
            from: start, score: headline.map { $0.value * $0.paperFactor } ?? .nan,
            samples: headline?.count ?? 0))
      }
    }
    let curves = selected.map {
      MaskingFigure.Curve(
        title: $0.title, figure: figures[$0.name] ?? "", runs: runs[$0.name] ?? [], layers: layers)
    }
    let figure = MaskingFigure(curves)
    try DurableFile.replace(output + "/masking.csv", with: figure.table.text(.csv))
    try DurableFile.replace(output + "/masking.svg", with: figure.svg)
    try TableOptions.show([figure.table], format: nil)
    let without = curves.filter { !($0.points.first?.relative.isFinite ?? false) }.map(\.title)
    if !without.isEmpty {
      note(
        """
        \(without.joined(separator: ", ")): the unmasked score is 0, so that nothing can be \
        relative to it and there is no curve.
        """
      )
    }
    note("The figure lies in \(output)/masking.svg")
  }
}
