import DataFormats
import Diagnostics
import Evaluation

extension AnswerFormat {
  /// Our own run directories, or a folder of them.
  static let run = AnswerFormat(
    name: "run", summary: "a run directory of proxyv-eval",
    recognizes: { content in
      guard case .folder(let path, let names) = content else { return false }
      return names.contains("run.json")
        || names.contains { !$0.contains(".before-") && exists("\(path)/\($0)/run.json") }
    },
    read: { content, options in
      let benchmark = options.benchmark
      let runs = try RunDirectory.all(in: content.path)
      guard let run = runs.first(where: { $0.manifest.benchmark == benchmark.name }) else {
        throw EvaluationError(
          .invalidData,
          """
          this run answers \(runs.map(\.manifest.benchmark).joined(separator: ", ")), not \
          \(benchmark.name)
          """,
          at: Location(file: content.path))
      }
      return AnswerReading(
        records: try records(of: run), dataset: run.manifest.benchmark,
        coverage: AnswerCoverage(
          total: run.questions.count + run.manifest.unlistedCount,
          asked: try run.selectedIndices().map { run.questions[$0].id },
          samples: run.questions.map(\.sample)))
    })

  private static func records(of run: RunDirectory) throws -> [AnswerRecord] {
    let places = Dictionary(
      run.questions.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    let answers = Dictionary(
      try run.entries().settled().map { ($0.id, $0.answer) }, uniquingKeysWith: { $1 })
    return try run.selectedIndices().compactMap { index -> AnswerRecord? in
      let question = run.questions[index]
      guard let answer = answers[question.id], let row = places[question.id] else { return nil }
      var record = AnswerRecord(
        location: Location(file: run.path, place: "sample \(question.id)"), row: row,
        id: question.id, question: question.question,
        prediction: answer.text,
        fields: question.metadata.merging([
          "answers": .array(question.references.map { .string($0) })
        ]) { metadata, _ in metadata })
      record.failure = answer.failure
      record.sample = question.sample
      return record
    }
  }
}
