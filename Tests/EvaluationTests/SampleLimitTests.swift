import Evaluation
import Testing

@Suite struct SampleLimitTests {
  @Test(arguments: [
    "1e300", "inf", "-inf", "infinity", "99999999999999999999", "nan", "-1", "0", "0.0", "-0.5",
    "1.5", "1.0", "1e-400", "0x1p70", "", "x", "9223372036854775808",
  ])
  func `what is neither a number of samples nor a share is refused`(text: String) {
    #expect(SampleLimit(text) == nil)
  }

  @Test(
    arguments: [
      ("1", .count(1)), ("2e1", .count(20)), ("20.0", .count(20)), ("0.25", .share(0.25)),
      ("9223372036854775807", .count(.max)), ("1e-300", .share(1e-300)),
    ] as [(String, SampleLimit)])
  func `a whole number is a count and a fraction is a share`(text: String, limit: SampleLimit) {
    #expect(SampleLimit(text) == limit)
    #expect(limit.count(of: 12) >= 1)
  }
}
