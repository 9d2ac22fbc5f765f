import PythonText
import Testing

/// The expected numbers are printed by CPython 3.11.
@Suite struct PythonRandomTests {
  @Test func numbersAreThoseOfCPython() {
    var random = PythonRandom(seed: 2680)
    #expect((0..<12).map { _ in random.below(5) } == [4, 3, 2, 4, 4, 3, 3, 2, 4, 2, 3, 2])
  }

  /// Past the first 624 words the state is mixed anew.
  @Test func numbersPastTheFirstStateAreThoseOfCPython() {
    var random = PythonRandom(seed: 1)
    let numbers = (0..<700).map { _ in random.below(1000) }
    #expect(
      Array(numbers.prefix(5)) == [137, 582, 867, 821, 782]
        && Array(numbers.suffix(5)) == [860, 966, 764, 706, 210])
  }
}
