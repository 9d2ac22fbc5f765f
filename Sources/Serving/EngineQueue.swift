import Diagnostics
import Foundation
import ProxyVModel

/// The one thread on which the engine works, and the questions that wait for it.
///
/// One question at a time, in the order in which they came; those about the same image that wait
/// side by side find its state computed.
final class EngineQueue: @unchecked Sendable {
  /// What becomes of a question, in order.
  enum Event: Sendable {
    case text(String)
    case done(SharedPrefixEngine.Answer)
    case failed(Refusal)
  }

  private final class Job {
    let question: ChatQuestion
    let size: Int
    let events: AsyncStream<Event>.Continuation
    var isWanted = true

    init(_ question: ChatQuestion, size: Int, events: AsyncStream<Event>.Continuation) {
      self.question = question
      self.size = size
      self.events = events
    }
  }

  private let condition = NSCondition()
  // All guarded by `condition`.
  private var jobs: [Job] = []
  private var bytes = 0

  private let model: VisionLanguageModel
  private let mostJobs: Int
  private let mostBytes: Int

  /// - Parameters:
  ///   - mostJobs: questions that may wait, the one being answered included
  ///   - mostBytes: of all their requests together
  init(_ model: VisionLanguageModel, mostJobs: Int, mostBytes: Int) {
    self.model = model
    self.mostJobs = mostJobs
    self.mostBytes = mostBytes
    let thread = Thread { [self] in work() }
    thread.stackSize = 8 << 20
    thread.start()
  }

  /// Takes a question in.
  /// - Parameter size: of its request
  /// - Returns: its events; whoever stops listening is not answered further. Nil where the queue is
  ///   full.
  func ask(_ question: ChatQuestion, size: Int) -> AsyncStream<Event>? {
    let (stream, continuation) = AsyncStream<Event>.makeStream()
    let job = Job(question, size: size, events: continuation)
    condition.lock()
    defer { condition.unlock() }
    guard jobs.count < mostJobs, jobs.isEmpty || bytes + size <= mostBytes else { return nil }
    jobs.append(job)
    bytes += size
    continuation.onTermination = { [condition, weakJob = Weak(job)] _ in
      condition.lock()
      weakJob.job?.isWanted = false
      condition.unlock()
    }
    condition.signal()
    return stream
  }

  private struct Weak: @unchecked Sendable {
    weak var job: Job?
    init(_ job: Job) { self.job = job }
  }

  private func work() {
    let engine = SharedPrefixEngine(model)
    while true {
      condition.lock()
      while jobs.isEmpty { condition.wait() }
      let job = jobs[0]
      condition.unlock()
      if isWanted(job) { answer(job, with: engine) }
      job.events.finish()
      condition.lock()
      jobs.removeFirst()
      bytes -= job.size
      condition.unlock()
    }
  }

  private func isWanted(_ job: Job) -> Bool {
    condition.lock()
    defer { condition.unlock() }
    return job.isWanted
  }

  private func answer(_ job: Job, with engine: SharedPrefixEngine) {
    let question = job.question
    do {
      let answer = try engine.answer(
        conversation: question.conversation(in: model.template), images: question.images,
        maximumNewTokens: question.maximumNewTokens
      ) { [self] text in
        if question.streams { job.events.yield(.text(text)) }
        return isWanted(job)
      }
      job.events.yield(.done(answer))
    } catch {
      job.events.yield(.failed(Refusal(error)))
    }
  }
}
