import Evaluation
import Foundation
import Synchronization

/// Puts two pieces of work into every order, step by step: only one runs at a time, and at each of
/// its steps it is decided who goes on.
///
/// All schedules with at most `preemptions` switches away from work that could have gone on are
/// tried, one after the other; faults of this kind show with one or two. A worker that waits for a
/// lock goes on only after the other has made a step.
final class Interleaving: @unchecked Sendable {
  enum Worker: Int, CaseIterable { case first, second }

  /// What one schedule was: the worker that made each step.
  typealias Trace = [(worker: Worker, step: String)]

  private let condition = NSCondition()
  private var turn: Worker? = .first
  private var ended: Set<Worker> = []
  private var blocked: Set<Worker> = []
  private var trace: Trace = []
  /// At which decisions another worker than the default goes on.
  private let switches: Set<Int>
  private var decisions = 0
  /// Decisions at which there was a choice.
  private var open: [Int] = []

  private init(switches: Set<Int>) { self.switches = switches }

  /// - Parameters:
  ///   - prepare: called before each schedule; gives the two pieces of work
  ///   - check: called after each schedule, with what it was
  /// - Returns: the number of schedules.
  static func all<State>(
    preemptions: Int, _ prepare: () throws -> (State, [Worker: @Sendable () -> Void]),
    check: (State, Trace) throws -> Void
  ) throws -> Int {
    var waiting: [Set<Int>] = [[]]
    var count = 0
    while let switches = waiting.popLast() {
      let (state, work) = try prepare()
      let schedule = Interleaving(switches: switches)
      schedule.run(work)
      try check(state, schedule.trace)
      count += 1
      guard switches.count < preemptions else { continue }
      for decision in schedule.open where decision > (switches.max() ?? -1) {
        waiting.append(switches.union([decision]))
      }
    }
    return count
  }

  private func run(_ work: [Worker: @Sendable () -> Void]) {
    let group = DispatchGroup()
    for worker in Worker.allCases {
      group.enter()
      Thread.detachNewThread { [self] in
        RunStep.observed(by: { step in
          self.reached(worker, step.rawValue, isBlocked: step == .waiting)
        }) {
          waitForTurn(worker)
          work[worker]?()
          finish(worker)
        }
        group.leave()
      }
    }
    group.wait()
  }

  /// Lets the work itself name a step.
  static func step(_ name: RunStep) { RunStep.observer?(name) }

  private func reached(_ worker: Worker, _ step: String, isBlocked: Bool) {
    condition.withLock {
      trace.append((worker, step))
      if isBlocked { blocked.insert(worker) } else { blocked.subtract(Worker.allCases) }
      decide(current: worker)
    }
    waitForTurn(worker)
  }

  private func finish(_ worker: Worker) {
    condition.withLock {
      ended.insert(worker)
      blocked = []
      decide(current: worker)
    }
  }

  private func decide(current: Worker) {
    let other: Worker = current == .first ? .second : .first
    defer { condition.broadcast() }
    if ended.contains(current) || blocked.contains(current) {
      turn = ended.contains(other) ? current : other
      return
    }
    guard !ended.contains(other), !blocked.contains(other) else {
      turn = current
      return
    }
    open.append(decisions)
    turn = switches.contains(decisions) ? other : current
    decisions += 1
  }

  private func waitForTurn(_ worker: Worker) {
    condition.withLock { while turn != worker { condition.wait() } }
  }
}
