import Metrics

/// A benchmark opened to be answered by a model and scored: what `run` does once per benchmark, and
/// a study once per benchmark and method.
///
/// ```swift
/// var run = try BenchmarkRun(DocVQA(), data: "data/docvqa")
/// run.selection = Selection(limit: 100)
/// let scored = try run.answered(by: model, in: "runs/docvqa", profiles: .all, progress: progress)
/// ```
public struct BenchmarkRun {
  public let benchmark: any Benchmark
  public let data: OpenedData
  public var selection = Selection.all
  public var fresh = false
  /// Ask failed samples again.
  public var retryFailed = false
  public var shard = Shard.whole
  /// What people are to call the run; nil: what it is called already, or `defaultName`.
  public var name: String?
  /// What is recorded with the run.
  public var environment = RunEnvironment(commandLine: CommandLine.arguments)
  /// Go on where the first samples all fail.
  public var keepGoing = false
  /// Orders the images and may end the run before its time.
  public var watch: (any RunWatch)?

  /// Reads the data, which takes no model: a wrong folder should not cost the minutes of loading
  /// one.
  /// - Throws: what ``OpenedData`` throws.
  public init(
    _ benchmark: any Benchmark, data folder: String, layoutName: String? = nil,
    choice: DataChoice = DataChoice()
  ) throws {
    self.benchmark = benchmark
    data = try OpenedData(benchmark, path: folder, layoutName: layoutName, choice: choice)
  }

  /// What is said of the data before the first question.
  public var dataSummary: String {
    "\(benchmark.title): \(data.summary)"
  }

  /// What `doctor` finds in the data, as far as this run asks it.
  ///
  /// - Parameter onlyFaults: nothing where all is sound; otherwise that is a sentence too
  /// - Throws: ``EvaluationError`` for a selection of samples that are not there.
  public func findings(onlyFaults: Bool = false) throws -> [String] {
    let asked = try selection.indices(in: data.samples.map(\.id))
    let inspection = DataInspection(benchmark, data: data, asked: asked)
    if onlyFaults, inspection.isSound { return [] }
    let lines = inspection.text.split(separator: "\n")
    return lines.dropFirst(2).map { "\(benchmark.title): \($0.drop { $0 == " " })" }
  }

  /// How many questions the selection asks, about how many images; without a shard's cut.
  /// - Throws: ``EvaluationError`` for a selection of samples that are not there.
  public func work() throws -> (questions: Int, images: Int) {
    let asked = try selection.indices(in: data.samples.map(\.id)).map { data.samples[$0] }
    let images = Set(asked.compactMap(\.imageIdentity)).count
    // A question without an image stands alone.
    return (asked.count, images + asked.count { $0.imageIdentity == nil })
  }

  /// Answers what has no answer yet, scores everything, and writes the scores into the run
  /// directory; what ended it early is in ``ScoredRun/end``.
  /// - Parameter defaultName: what a new run is called that has no name
  /// - Throws: what ends a run (``Runner/run(_:progress:)``), and a score that cannot be written.
  public func answered(
    by model: any AnsweringModel, in folder: String, profiles: ProfileSelection,
    defaultName: String? = nil, progress: any RunProgress
  ) throws -> ScoredRun {
    let summary = try answeredOnly(
      by: model, in: folder, defaultName: defaultName, progress: progress)
    return try summary.scored(benchmark, profiles: profiles)
  }

  /// Answers what has no answer yet and scores nothing: a part that others complete.
  /// - Throws: what ends a run (``Runner/run(_:progress:)``).
  public func answeredOnly(
    by model: any AnsweringModel, in folder: String, defaultName: String? = nil,
    progress: any RunProgress
  ) throws -> Runner.Summary {
    var runner = Runner(benchmark: benchmark, data: data, outputFolder: folder)
    runner.selection = selection
    runner.fresh = fresh
    runner.retryFailed = retryFailed
    runner.shard = shard
    runner.name = name
    runner.defaultName = defaultName
    runner.environment = environment
    runner.keepGoing = keepGoing
    runner.watch = watch
    return try runner.run(model, progress: progress)
  }
}
