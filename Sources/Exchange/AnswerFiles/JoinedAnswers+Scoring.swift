public import Evaluation
public import Metrics

extension JoinedAnswers {
  func questions(of benchmark: any Benchmark) -> [RunQuestion] {
    samples.map { RunQuestion($0, prompt: benchmark.prompt(for: $0)) }
  }

  /// An answer, or nil, for each sample.
  var answers: [Answer?] {
    records.map { record in
      record.map { $0.failure.map(Answer.init(failure:)) ?? Answer(text: $0.prediction) }
    }
  }

  /// What `run.json` says of answers that were made elsewhere.
  func manifest(
    of benchmark: any Benchmark, questions: [RunQuestion], model: ModelIdentity,
    remarks: [String] = []
  ) -> RunManifest {
    var manifest = RunManifest(
      benchmark: benchmark, dataFolder: data?.path ?? file.path,
      dataLayout: data?.layout.name ?? file.format.name, questions: questions, model: model,
      remarks: remarks, selection: selection)
    manifest.unlistedCount = unlistedCount
    manifest.dataFiles = data?.files ?? []
    manifest.split = data?.split
    return manifest
  }
}

extension RunAnswers {
  /// Answers that were made elsewhere, joined to their samples.
  public init(_ joined: JoinedAnswers, benchmark: any Benchmark) {
    let file = joined.file
    let questions = joined.questions(of: benchmark)
    let manifest = joined.manifest(
      of: benchmark, questions: questions,
      model: ModelIdentity([
        ("kind", file.name), ("answers", file.format.name), ("content", file.contentHash),
      ]))
    var ledger = Ledger()
    ledger.total = joined.samples.count + joined.unlistedCount
    let asked = joined.selection.ids.map(Set.init)
    let places = joined.samples.indices.filter {
      asked?.contains(joined.samples[$0].id) ?? true
    }
    let answers = joined.answers
    self.init(
      directory: file.path, manifest: manifest,
      selected: places.map { (joined.samples[$0], answers[$0]) },
      asked: places.map { questions[$0] }, ledger: ledger, remarks: joined.remarks)
  }
}

extension RunScores {
  /// Scores answers that were made elsewhere.
  public init(_ joined: JoinedAnswers, benchmark: any Benchmark, profile: Profile) {
    self.init(RunAnswers(joined, benchmark: benchmark), benchmark: benchmark, profile: profile)
  }
}
