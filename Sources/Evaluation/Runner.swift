import DataFormats
import Diagnostics

/// Runs a model over a benchmark's samples and logs every answer.
public struct Runner {
  public let benchmark: any Benchmark
  public let data: OpenedData
  public let outputFolder: String
  public var selection = Selection.all
  public var fresh = false
  /// Ask failed samples again.
  public var retryFailed = false
  public var shard = Shard.whole
  /// What people are to call the run; nil: what it is called already, or ``defaultName``.
  public var name: String?
  /// What a new run without a name is called.
  public var defaultName: String?
  /// Recorded with the run.
  public var environment = RunEnvironment(commandLine: CommandLine.arguments)
  /// Go on where the first samples all fail.
  public var keepGoing = false
  /// Orders the images and may end the run; nil: the order of the data, to its end.
  public var watch: (any RunWatch)?
  /// How many samples may fail at the start, with none answered, before that is no chance.
  public static let failuresThatStop = 20

  public init(benchmark: any Benchmark, data: OpenedData, outputFolder: String) {
    self.benchmark = benchmark
    self.data = data
    self.outputFolder = outputFolder
  }

  /// What a run did.
  ///
  /// As long as it is kept, no other process can answer the run or set it aside: its scores are
  /// those of the answers that were just given.
  public struct Summary {
    public let directory: RunDirectory
    /// Samples answered or failed in this invocation.
    public let asked: Int
    public let failed: Int
    /// Samples that the log already had.
    public let resumed: Int
    /// What ended the run before everything was asked.
    public let end: RunEnd?
    let writer: RunWriter

    /// Scores what was answered and writes the scores into the run directory.
    public func scored(
      _ benchmark: any Benchmark, profiles: ProfileSelection
    ) throws -> ScoredRun {
      var scored = try ScoredRun(directory, benchmark: benchmark, profiles: profiles)
      scored.end = end
      try scored.write()
      withExtendedLifetime(writer) {}
      return scored
    }
  }

  /// Answers every selected sample that has no answer yet, image by image.
  ///
  /// A ``ConcurrentModel`` is asked several questions at once.
  ///
  /// - Throws: only what ends a run: a changed or locked run directory, a full disk. A sample that
  ///   fails is logged and the run goes on; a model that throws ``RunEnd`` ends it without a throw.
  public func run(_ model: any AnsweringModel, progress: any RunProgress) throws -> Summary {
    let questions = data.samples.map { RunQuestion($0, prompt: benchmark.prompt(for: $0)) }
    try selection.checkSelectsAny(of: questions.count)
    let selected = try selection.indices(in: questions.map(\.id))
    let writer = try RunWriter(
      continuing: outputFolder, manifest: manifest(of: model, questions: questions),
      questions: questions, shard: shard, fresh: fresh)
    var directory = writer.directory
    for remark in writer.remarks { progress.remark(remark) }
    RunStep.reached(.answering)

    let entries = try directory.entries()
    let answered = Set(entries.lazy.filter { $0.answer.failure == nil }.map(\.id))
    let failedBefore = Set(entries.map(\.id)).subtracting(answered)
    let done = retryFailed ? answered : answered.union(failedBefore)
    let assigned = Shard.assignment(
      of: data.samples.map(\.imageIdentity), count: shard.count)
    let own = selected.filter { assigned[$0] == shard.index }
    let groups = ordered(
      Self.groups(of: own, samples: data.samples)
        .map { group in group.filter { !done.contains(data.samples[$0].id) } }
        .filter { !$0.isEmpty })
    let waiting = groups.reduce(0) { $0 + $1.count }
    if waiting > 0 { try writer.removeDerivedFiles() }
    // A command that finds nothing to do leaves no trace.
    let invocation = waiting > 0 ? RunInvocation(environment) : nil
    if let invocation { try directory.begin(invocation, name: name) }
    let ids = own.map { questions[$0].id }
    progress.start(
      total: waiting, answeredBefore: ids.count { answered.contains($0) },
      failedBefore: retryFailed ? 0 : ids.count { failedBefore.contains($0) })
    defer { progress.finish() }
    let hashes = ImageHashes()
    var failed = 0
    var end: RunEnd?
    do {
      try watch?.received(entries.settled().filter { done.contains($0.id) })
    } catch {
      end = error
    }
    if end != nil {
      // What the log holds already was enough.
    } else if let model = model as? any ConcurrentModel {
      model.takeIntoAccount(entries.map(\.answer))
      (failed, end) = try answerConcurrently(
        groups, questions: questions, model: model, hashes: hashes, log: writer.log,
        progress: progress)
    } else {
      (failed, end) = try answerInTurn(
        groups, questions: questions, model: model, hashes: hashes, log: writer.log,
        progress: progress)
    }
    if let invocation { try directory.end(invocation) }
    return Summary(
      directory: directory, asked: waiting, failed: failed, resumed: own.count - waiting,
      end: end, writer: writer)
  }

  private func manifest(of model: any AnsweringModel, questions: [RunQuestion]) -> RunManifest {
    var manifest = RunManifest(
      benchmark: benchmark, dataFolder: data.path, dataLayout: data.layout.name,
      questions: questions, model: model.identity,
      remarks: model.remarks, selection: selection)
    manifest.dataFiles = data.files
    manifest.split = data.split
    manifest.name = name ?? defaultName
    manifest.isNameGiven = name != nil
    manifest.architecture = model.architecture
    return manifest
  }

  /// One image after the other; while one is answered, the next may be prepared.
  private func answerInTurn(
    _ groups: [[Int]], questions: [RunQuestion], model: any AnsweringModel, hashes: ImageHashes,
    log: RunLog, progress: any RunProgress
  ) throws -> (failed: Int, end: RunEnd?) {
    let waiting = groups.reduce(0) { $0 + $1.count }
    var (asked, failed) = (0, 0)
    do {
      for (place, group) in groups.enumerated() {
        if place + 1 < groups.count {
          let now = Set(data.samples[group[0]].images.map(\.identity))
          let next = data.samples[groups[place + 1][0]].images
          if next.count == 1, !now.contains(next[0].identity) {
            model.anticipate(hashes.hashing(next[0]))
          }
        }
        try checkIsWorthwhile(asked: asked, failed: failed, waiting: waiting)
        asked += group.count
        failed += try answer(
          group, questions: questions, model: model, hashes: hashes, log: log, progress: progress)
      }
    } catch let reason as RunEnd {
      return (failed, reason)
    }
    return (failed, nil)
  }

  private func ordered(_ groups: [[Int]]) -> [[Int]] {
    guard let watch else { return groups }
    let places = groups.map { watch.place(of: data.samples[$0[0]].id) }
    return groups.indices.sorted { (places[$0], $0) < (places[$1], $1) }.map { groups[$0] }
  }

  /// A model that answers none of its first samples answers none of the next ten thousand: that is
  /// a fault of the set-up, and not worth a night.
  func checkIsWorthwhile(asked: Int, failed: Int, waiting: Int) throws(EvaluationError) {
    guard !keepGoing, asked >= Self.failuresThatStop, failed == asked, asked < waiting
    else { return }
    throw EvaluationError(
      .allFailed,
      "the first \(asked) samples all failed, so that the other \(waiting - asked) are not asked;"
        + " mend the cause and add --retry-failed, or add --keep-going to ask all",
      at: Location(file: outputFolder))
  }

  /// Selected samples, those on the same images together, in the order in which images first appear.
  static func groups(of selected: [Int], samples: [Sample]) -> [[Int]] {
    var groups: [[Int]] = []
    var places: [String: Int] = [:]
    for index in selected {
      if let identity = samples[index].imageIdentity {
        if let place = places[identity] {
          groups[place].append(index)
          continue
        }
        places[identity] = groups.count
      }
      groups.append([index])
    }
    return groups
  }

  /// Asks all questions on one image and logs what comes back; returns the number of failures.
  private func answer(
    _ group: [Int], questions: [RunQuestion], model: any AnsweringModel, hashes: ImageHashes,
    log: RunLog, progress: any RunProgress
  ) throws -> Int {
    let images = data.samples[group[0]].images
    defer { hashes.forget(images) }
    var delivered: Set<Int> = []
    var failed = 0
    var logError: (any Error)?
    var given: [(id: String, answer: Answer)] = []
    func record(_ position: Int, _ answer: Answer) throws {
      var answer = answer
      answer.imageHash = hashes[images]
      do {
        try log.append(answer, id: questions[group[position]].id)
      } catch {
        logError = error
        throw error
      }
      delivered.insert(position)
      if watch != nil { given.append((questions[group[position]].id, answer)) }
      if answer.failure != nil { failed += 1 }
      progress.answered(id: questions[group[position]].id, failure: answer.failure)
    }
    do {
      let prompts = group.map { questions[$0].prompt }
      try model.answer(prompts, images: images.map(hashes.hashing)) { position, answer in
        try record(position, answer)
      }
    } catch {
      if let logError { throw logError }
      if let end = error as? RunEnd { throw end }
      for position in group.indices where !delivered.contains(position) {
        try record(position, Answer(failure: Answer.Failure(error)))
      }
    }
    try watch?.received(given)
    return failed
  }
}

/// Whoever wants to know how a run gets on.
public protocol RunProgress: AnyObject {
  /// - Parameters:
  ///   - total: how many samples will be asked
  ///   - answeredBefore: selected samples that the log has an answer to
  ///   - failedBefore: selected samples that failed before and are not asked again
  func start(total: Int, answeredBefore: Int, failedBefore: Int)
  func answered(id: String, failure: Answer.Failure?)
  func finish()
  /// Something about the run that its reader should know.
  func remark(_ text: String)
}

extension RunProgress {
  public func remark(_ text: String) {}
}
