import Dispatch
import Foundation

extension Runner {
  /// Asks a model several questions at once.
  /// - Returns: how many failed, and what ended the run before its time
  func answerConcurrently(
    _ groups: [[Int]], questions: [RunQuestion], model: any ConcurrentModel, hashes: ImageHashes,
    log: RunLog, progress: any RunProgress
  ) throws -> (failed: Int, end: RunEnd?) {
    let images = Dictionary(
      groups.joined().map { (questions[$0].id, data.samples[$0].images) },
      uniquingKeysWith: { first, _ in first })
    let asking = ConcurrentAsking(
      groups.map { group in group.map { (questions[$0].prompt, questions[$0].id) } },
      images: groups.map { data.samples[$0[0]].images.map(hashes.hashing) }, model: model)
    let waiting = groups.reduce(0) { $0 + $1.count }
    var failed = 0
    var asked = 0
    let end = try asking.run { answers in
      let lines = answers.map { id, answer in
        var answer = answer
        answer.imageHash = hashes[images[id] ?? []]
        return (id: id, answer: answer)
      }
      try log.append(lines)
      for (id, answer) in lines {
        if answer.failure != nil { failed += 1 }
        progress.answered(id: id, failure: answer.failure)
      }
      asked += lines.count
      try watch?.received(lines)
      try checkIsWorthwhile(asked: asked, failed: failed, waiting: waiting)
    }
    return (failed, end)
  }
}

/// Several workers ask; the thread that called alone writes the log and tells the progress, so that
/// neither needs a lock.
///
/// An answer that is not yet in the log is as one that is not yet there: whoever is killed asks it
/// again. All answers that wait are written together and synced once.
final class ConcurrentAsking: @unchecked Sendable {
  /// Either the answer, logged as it is, or what ends the run.
  private typealias Outcome = (group: Int, place: Int, result: Result<Answer, RunEnd>)

  private let condition = NSCondition()
  // All guarded by `condition`.
  private var queue: QuestionQueue
  private var arrived: [Outcome] = []
  private var workers: Int
  private var isStopped = false

  private let groups: [[(prompt: Prompt, id: String)]]
  private let images: [[ImageReference]]
  private let model: any ConcurrentModel

  /// - Parameter images: those of each group.
  init(
    _ groups: [[(prompt: Prompt, id: String)]], images: [[ImageReference]],
    model: any ConcurrentModel
  ) {
    self.groups = groups
    self.images = images
    self.model = model
    queue = QuestionQueue(counts: groups.map(\.count))
    workers = min(max(1, model.concurrency), groups.reduce(0) { $0 + $1.count })
  }

  /// Asks everything.
  ///
  /// - Parameter record: gets all answers that have come since the last call, on this thread
  /// - Returns: what ended the run before its time. The questions that were under way then are
  ///   waited for and recorded.
  /// - Throws: what `record` throws; nothing is waited for then, but for a ``RunEnd``, which ends
  ///   the run as one of the model does.
  func run(record: ([(id: String, answer: Answer)]) throws -> Void) throws -> RunEnd? {
    for _ in 0..<workers {
      let thread = Thread { [self] in work() }
      thread.stackSize = 1 << 20
      thread.start()
    }
    var end: RunEnd?
    while let outcomes = take() {
      var answers: [(id: String, answer: Answer)] = []
      for outcome in outcomes {
        switch outcome.result {
        case .success(let answer):
          answers.append((groups[outcome.group][outcome.place].id, answer))
        case .failure(let reason):
          if end == nil { end = reason }
        }
      }
      do {
        if !answers.isEmpty { try record(answers) }
      } catch let reason as RunEnd {
        if end == nil { end = reason }
      } catch {
        stop()
        throw error
      }
      if end != nil { stop() }
    }
    return end
  }

  /// What has arrived, at least one; nil when all workers have gone.
  private func take() -> [Outcome]? {
    condition.lock()
    defer { condition.unlock() }
    while arrived.isEmpty {
      if workers == 0 { return nil }
      condition.wait()
    }
    defer {
      arrived.removeAll(keepingCapacity: true)
      condition.broadcast()
    }
    return arrived
  }

  private func stop() {
    condition.lock()
    isStopped = true
    condition.broadcast()
    condition.unlock()
  }

  private func work() {
    while let (group, place) = nextQuestion() {
      let result = ask(groups[group][place].prompt, about: images[group])
      condition.lock()
      // A disk slower than the server: workers wait rather than fill memory with answers.
      while arrived.count >= 4 * model.concurrency, !isStopped { condition.wait() }
      queue.finished(group: group, place: place)
      arrived.append((group, place, result))
      if case .failure = result { isStopped = true }
      condition.broadcast()
      condition.unlock()
    }
    condition.lock()
    workers -= 1
    condition.broadcast()
    condition.unlock()
  }

  private func nextQuestion() -> (group: Int, place: Int)? {
    condition.lock()
    defer { condition.unlock() }
    while true {
      if isStopped { return nil }
      switch queue.next() {
      case .question(let group, let place): return (group, place)
      case .wait: condition.wait()
      case .done: return nil
      }
    }
  }

  private func ask(_ prompt: Prompt, about images: [ImageReference]) -> Result<Answer, RunEnd> {
    var given: Answer?
    do {
      try model.answer([prompt], images: images) { _, answer in given = answer }
    } catch let end as RunEnd {
      return .failure(end)
    } catch {
      given = given ?? Answer(failure: Answer.Failure(error))
    }
    return .success(
      given
        ?? Answer(
          failure: Answer.Failure(code: "no-answer", message: "the model gave no answer")))
  }
}
