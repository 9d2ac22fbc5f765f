import Reporting
import Testing

@Suite struct MeasuredRunsTests {
  @Test func theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
    #expect(MeasuredRuns([4, 1, 3, 2]).median == 2.5)
    #expect(MeasuredRuns([5, 1, 3]).median == 3)
    #expect(MeasuredRuns([7]).median == 7)
  }

  @Test func theSpreadIsHalfTheInterquartileRangeOverTheMedian() {
    // Quartiles of 1 2 3 4 5 are 2 and 4.
    #expect(MeasuredRuns([5, 3, 1, 2, 4]).spread == 1.0 / 3)
    #expect(MeasuredRuns([7]).spread == 0)
    #expect(MeasuredRuns([0, 0, 0]).spread == 0)
  }

  @Test func oneDisturbedRunMovesNeitherMedianNorSpread() {
    let quiet = MeasuredRuns([10, 10, 10, 10, 10])
    let disturbed = MeasuredRuns([10, 10, 900, 10, 10])
    #expect(disturbed.median == quiet.median && disturbed.spread == quiet.spread)
  }

  @Test func ratiosAreTakenRunByRun() {
    let ratio = MeasuredRuns([2, 40, 6]) / MeasuredRuns([1, 20, 3])
    #expect(ratio == MeasuredRuns([2, 2, 2]))
  }

  @Test func quantilesAreClamped() {
    let values = MeasuredRuns([1, 2, 3])
    #expect(values.quantile(-1) == 1 && values.quantile(2) == 3 && values.quantile(0.25) == 1.5)
  }
}
