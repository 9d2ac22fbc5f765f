/// The questions of a run with the answers that its log holds, read once for any number of
/// profiles.
public struct RunAnswers: Sendable {
  public let directory: String
  public let manifest: RunManifest
  public let ledger: Ledger
  /// Every selected sample in the order of the data, with its answer; nil: missing.
  public let selected: [(sample: Sample, answer: Answer?)]
  /// What was asked of each of them: prompt, token limit, the image's name.
  public let asked: [RunQuestion]
  /// What must be said aloud about how the answers were read, and which shards lack some.
  public private(set) var remarks: [String]

  public init(_ run: RunDirectory) throws {
    var ledger = Ledger()
    ledger.total = run.questions.count + run.manifest.unlistedCount
    let known = Set(run.questions.map(\.id))
    var answers: [String: Answer] = [:]
    let entries = try run.entries()
    for entry in entries {
      // A later line replaces a failed one (a retry); it never replaces an answer.
      if !known.contains(entry.id) || answers[entry.id].map({ $0.failure == nil }) ?? false {
        ledger.duplicate += 1
      } else {
        answers[entry.id] = entry.answer
      }
    }
    let asked = try run.selectedIndices().map { run.questions[$0] }
    if run.questions.contains(where: { $0.imageIdentity != nil }) {
      ledger.withoutImage = asked.count { question in
        question.imageIdentity == nil && answers[question.id].map { $0.failure == nil } ?? false
      }
    }
    self.init(
      directory: run.path, manifest: run.manifest,
      selected: asked.map { ($0.sample, answers[$0.id]) }, asked: asked, ledger: ledger)
    if self.ledger.missing > 0 {
      remarks = try RunStatus(run, entries: entries).incompleteShards
    }
  }

  /// - Parameter ledger: what is known before the answers are looked at: the total, and duplicates
  package init(
    directory: String, manifest: RunManifest, selected: [(sample: Sample, answer: Answer?)],
    asked: [RunQuestion], ledger known: Ledger, remarks: [String] = []
  ) {
    self.asked = asked
    self.directory = directory
    self.manifest = manifest
    self.selected = selected
    self.remarks = remarks
    var ledger = known
    ledger.selected = selected.count
    for (_, answer) in selected {
      guard let answer else {
        ledger.missing += 1
        continue
      }
      guard answer.failure == nil else {
        ledger.failed += 1
        continue
      }
      ledger.answered += 1
      if answer.isBlank { ledger.empty += 1 }
      if answer.stopReason == .length { ledger.truncated += 1 }
      if answer.counts.promptTokensCut > 0 { ledger.promptCut += 1 }
    }
    self.ledger = ledger
  }

  /// The same answers to other samples with the same ids: to those of a newer edition of the data.
  /// - Parameter sample: the sample to score an answer against
  public func rescored(against sample: (Sample) -> Sample) -> RunAnswers {
    var known = Ledger()
    known.total = ledger.total
    known.duplicate = ledger.duplicate
    return RunAnswers(
      directory: directory, manifest: manifest,
      selected: selected.map { (sample($0.sample), $0.answer) }, asked: asked, ledger: known)
  }
}
