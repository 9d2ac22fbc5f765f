public import Reporting

/// How measurements are taken: everything that is compared runs in alternation, in one process.
public struct Timing: Sendable {
  /// Rounds that count; one before them warms up.
  public var runs: Int
  /// Calls that take less than this are repeated, and their time divided.
  public var shortestSample = 0.02

  public init(runs: Int) { self.runs = runs }

  /// Runs all candidates once per round.
  ///
  /// - Parameters:
  ///   - candidates: each does its work and returns what it measured, mostly seconds
  ///   - beforeRound: returns false to end early, after at least one round
  ///   - afterRound: gets what the round measured, in the order of the candidates
  /// - Returns: one measurement per candidate
  public func alternate(
    _ candidates: [() throws -> Double], warmUp: Bool = true,
    beforeRound: (_ round: Int) -> Bool = { _ in true },
    afterRound: ([Double]) -> Void = { _ in }
  ) throws -> [MeasuredRuns] {
    if warmUp { for candidate in candidates { _ = try candidate() } }
    var rounds: [[Double]] = []
    for round in 0..<max(runs, 1) {
      guard beforeRound(round) || rounds.isEmpty else { break }
      let values = try candidates.map { try $0() }
      afterRound(values)
      rounds.append(values)
    }
    return candidates.indices.map { index in MeasuredRuns(rounds.map { $0[index] }) }
  }

  /// The seconds of one call.
  public static func seconds<R>(_ body: () throws -> R) rethrows -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try body()
    let end = clock.now
    withExtendedLifetime(result) {}
    return (end - start) / .seconds(1)
  }

  /// The seconds of one call, repeated until ``shortestSample`` has passed.
  public func repeated<R>(_ body: () throws -> R) rethrows -> Double {
    var total = 0.0
    var calls = 0
    var batch = 1
    while total < shortestSample {
      total += try Self.seconds { for _ in 0..<batch { withExtendedLifetime(try body()) {} } }
      calls += batch
      batch *= 2
    }
    return total / Double(calls)
  }
}
