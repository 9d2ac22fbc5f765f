import Benchmarking
import Reporting
import Testing

@Suite struct TimingTests {
  @Test func candidatesAlternateAfterOneWarmUp() throws {
    var order: [Character] = []
    var value = 0.0
    let results = try Timing(runs: 2).alternate([
      {
        order.append("a"); value += 1; return value
      },
      {
        order.append("b"); return -1
      },
    ])
    #expect(String(order) == "ababab")
    #expect(results == [MeasuredRuns([2, 3]), MeasuredRuns([-1, -1])])
  }

  @Test func aPacedMeasurementEndsWhenItsPacerSaysSo() throws {
    var rounds: [[Double]] = []
    let results = try Timing(runs: 10).alternate(
      [{ 1 }], warmUp: false, beforeRound: { $0 < 3 }, afterRound: { rounds.append($0) })
    #expect(results[0].runs.count == 3 && rounds == [[1], [1], [1]])
  }

  @Test func shortCallsAreRepeated() {
    var calls = 0
    var timing = Timing(runs: 1)
    timing.shortestSample = 0.001
    let seconds = timing.repeated { calls += 1 }
    // The mean of the calls, and not their sum.
    #expect(calls > 1 && seconds > 0 && seconds * Double(calls) >= timing.shortestSample)
  }

  @Test func errorsOfACandidateEndTheMeasurement() {
    struct Broken: Error {}
    #expect(throws: Broken.self) { try Timing(runs: 1).alternate([{ throw Broken() }]) }
  }
}
