import ArgumentParser
import Benchmarking
import Benchmarks
import Checkpoints
import DataFormats
import EngineModel
import Evaluation
import Foundation
import Images
import Nightly
import ProxyVModel
import Tensor

struct BenchImage: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "image",
    abstract:
      """
      Image files, step by step: decode, resize, crop and normalise; with --model also the \
      vision tower.
      """,
    discussion: "Example: proxyv-eval bench image page.png --runs 3"
  )

  @OptionGroup var options: BenchOptions
  @Argument(help: "Image files.") var files: [String]
  @Option(
    name: .long, help: "anyres, pad, resize or square; default is the checkpoint's, or anyres.",
    completion: .aspects)
  var aspect: String?
  @Option(
    name: .long, help: "Preprocess as this checkpoint does, and encode with its vision tower.")
  var model: String?
  @Option(name: .long, help: "How weights are kept: stored, f32, bf16 or int8.") var weights =
    WeightFormat.stored
  @Option(name: .long, help: "Activations: f32, or bf16 where the processor multiplies bf16.")
  var precision = Precision.bf16
  @Option(name: .long, help: "Threads of the vision tower; default is the number of cores.")
  var threads: Int?
  @Flag(
    name: .long,
    help:
      """
      Start each round when a line arrives on standard input, and print its seconds as a line \
      of JSON.
      """
  )
  var paced = false

  func validate() throws {
    if model == nil {
      try GivenOptions().refuse(
        ["--weights", "--precision", "--threads"], "without --model, whose tower they are about")
    }
    if files.isEmpty { throw ValidationError("name at least one image file") }
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1") }
    if let aspect { _ = try usage { try AspectMode(configurationName: aspect) } }
  }

  func run() throws {
    let images = try files.map { (name: $0, bytes: try readFile($0)) }
    var bench = ImageBench(timing: options.timing)
    if let aspect {
      bench.preprocessing.aspect = try AspectMode(configurationName: aspect)
    }
    if let model {
      var load = LoadOptions(aspect: aspect, threads: threads)
      load.weights = weights
      load.precision = precision
      let loaded = try VisionLanguageModel.load(folder: model, options: load)
      bench.preprocessing = loaded.preprocessor.configuration
      bench.model = loaded
    }
    if paced {
      bench.beforeRound = PacedLine.waitForRound
      bench.afterRound = { PacedLine.seconds($0) }
    }
    try options.show(bench.run(images))
  }
}

struct BenchSuite: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suite",
    abstract:
      "Questions per minute on a data folder: the questions of an image together, and each alone.",
    discussion: "Example: proxyv-eval bench suite DATA --model CHECKPOINT --limit 20")

  @OptionGroup var options: BenchOptions
  @OptionGroup var modelOptions: ModelOptions
  @Argument(help: "The data folder.") var folder: String
  @Option(
    name: .long, help: "The benchmark; default is every one whose data is recognised.",
    completion: .benchmarks)
  var benchmark: String?
  @Option(name: .long, help: "The layout, where it should not be recognised.") var dataFormat:
    String?
  @OptionGroup var choosing: DataChoiceOptions
  @Option(name: .long, help: "Ask at most this many questions of each benchmark.") var limit: Int?
  @Option(
    name: .long,
    help:
      """
      The longest answer; default is the benchmark's. A random-weight model always takes all of \
      it.
      """
  ) var maxNewTokens: Int?

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
    if let maxNewTokens, maxNewTokens < 1 {
      throw ValidationError("--max-new-tokens must be at least 1")
    }
  }

  func run() throws {
    let chosen = try benchmark.map { name in try usage { try TaskNames.one(name) } }
    try modelOptions.checkCheckpoint()
    let data = try BenchmarkRegistry.data(
      in: folder, benchmark: chosen, layoutName: dataFormat, choice: choosing.choice)
    let model = try ProxyVAnsweringModel(
      VisionLanguageModel.load(folder: modelOptions.model, options: modelOptions.loadOptions))
    let suites = data.map { benchmark, opened in
      let questions = opened.samples.prefix(limit ?? .max).map { sample in
        var prompt = benchmark.prompt(for: sample)
        if let maxNewTokens { prompt.maximumNewTokens = maxNewTokens }
        return SuiteBench.Question(prompt: prompt, images: sample.images)
      }
      return (title: "\(benchmark.title) \(benchmark.split)", questions: questions)
    }
    try options.show(SuiteBench(timing: options.timing).run(suites, model: model))
  }
}

struct BenchScoring: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scoring",
    abstract: "Predictions scored per second, on made-up texts of the size of the real benchmarks.",
    discussion: """
      Scripts/bench-peers measures Python's tools on the same texts, which --write-data writes, \
      in alternation.

      Example: proxyv-eval bench scoring --runs 3
      """
  )

  @OptionGroup var options: BenchOptions
  @Option(
    name: .long, help: "A parquet file whose question columns are scanned too; repeat for several.")
  var parquet: [String] = []
  @Option(name: .long, help: "Write the texts to this folder and measure nothing.") var writeData:
    String?
  @Option(
    name: .long,
    help: "Also make a history of so many nights of 1,000 answers to each benchmark in --data.")
  var nights: Int?
  @Option(name: .long, help: "The folder whose questions those nights ask, over and over.")
  var data = "Samples"
  @Flag(
    name: .long,
    help:
      """
      Start each round when a line arrives on standard input, and print its seconds as a line \
      of JSON.
      """
  )
  var paced = false

  func validate() throws {
    let given = GivenOptions()
    try given.refuse(
      ["--runs", "--format", "--output", "--parquet", "--nights", "--data", "--paced"],
      "with --write-data, which measures nothing", where: "--write-data")
    if nights == nil { try given.refuse(["--data"], "without --nights") }
    if let nights, nights < 1 { throw ValidationError("--nights must be at least 1") }
  }

  func run() throws {
    let texts = ScoringData.synthesized()
    if let writeData {
      try texts.write(to: writeData)
      print(writeData)
      return
    }
    var bench = ScoringBench(timing: options.timing, data: texts)
    bench.parquetFiles = parquet
    if paced {
      bench.beforeRound = PacedLine.waitForRound
      bench.afterRound = { PacedLine.seconds($0) }
    }
    guard let nights else { return try options.show(bench.run()) }
    try ScratchFolder.with { folder in
      let (root, runs) = try HistoryBench(nights: nights, answers: 1000, data: data)
        .write(to: folder)
      bench.furtherSteps.append(
        (
          "history of \(nights) nights, runs of 1,000 answers", runs,
          { Double(try History.rebuilt(root, note: note).nights().count) }
        ))
      try options.show(bench.run())
    }
  }
}
