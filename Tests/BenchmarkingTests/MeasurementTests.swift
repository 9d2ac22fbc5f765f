import Benchmarking
import Testing

@Suite struct MeasurementTests {
  @Test func theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
    #expect(Measurement([4, 1, 3, 2]).median == 2.5)
    #expect(Measurement([5, 1, 3]).median == 3)
    #expect(Measurement([7]).median == 7)
  }

  @Test func theSpreadIsHalfTheInterquartileRangeOverTheMedian() {
    // Quartiles of 1 2 3 4 5 are 2 and 4.
    #expect(Measurement([5, 3, 1, 2, 4]).spread == 1.0 / 3)
    #expect(Measurement([7]).spread == 0)
    #expect(Measurement([0, 0, 0]).spread == 0)
  }

  @Test func oneDisturbedRunMovesNeitherMedianNorSpread() {
    let quiet = Measurement([10, 10, 10, 10, 10])
    let disturbed = Measurement([10, 10, 900, 10, 10])
    #expect(disturbed.median == quiet.median && disturbed.spread == quiet.spread)
  }

  @Test func ratiosAreTakenRunByRun() {
    let ratio = Measurement([2, 40, 6]) / Measurement([1, 20, 3])
    #expect(ratio == Measurement([2, 2, 2]))
  }

  @Test func quantilesAreClamped() {
    let values = Measurement([1, 2, 3])
    #expect(values.quantile(-1) == 1 && values.quantile(2) == 3 && values.quantile(0.25) == 1.5)
  }
}
