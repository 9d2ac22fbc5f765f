public import Evaluation
public import Metrics

extension RunAnswers {
  /// Answers that were made elsewhere, joined to their samples.
  public init(_ joined: JoinedAnswers, benchmark: any Benchmark) {
    let file = joined.file
    let questions = joined.samples.map { RunQuestion($0, prompt: benchmark.prompt(for: $0)) }
    var manifest = RunManifest(
      benchmark: benchmark, dataFolder: joined.data?.path ?? file.path,
      dataLayout: joined.data?.layout.name ?? file.format.name, questions: questions,
      model: ModelIdentity([
        ("kind", file.name), ("answers", file.format.name), ("content", file.contentHash),
      ]), selection: .all)
    manifest.dataFiles = joined.data?.files ?? []
    manifest.split = joined.data?.split
    let answers = joined.records.map { record in
      record.map { $0.failure.map(Answer.init(failure:)) ?? Answer(text: $0.prediction) }
    }
    var ledger = Ledger()
    ledger.total = joined.samples.count
    self.init(
      directory: file.path, manifest: manifest, selected: Array(zip(joined.samples, answers)),
      asked: questions, ledger: ledger, remarks: joined.remarks)
  }
}

extension RunScores {
  /// Scores answers that were made elsewhere.
  public init(_ joined: JoinedAnswers, benchmark: any Benchmark, profile: Profile) {
    self.init(RunAnswers(joined, benchmark: benchmark), benchmark: benchmark, profile: profile)
  }
}
