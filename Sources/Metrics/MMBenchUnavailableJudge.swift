import PythonText

/// lmms-eval's MMBench task with a judge model that cannot be reached, as it is without an API key:
/// after three attempts every answer that cannot be read gets a letter by chance. The seed is
/// fixed, so the figure is the same every time, but not a measurement.
public enum MMBenchUnavailableJudge {
  /// One pass: the right letter, and the one that `can_infer` reads, or nil.
  public struct Pass: Sendable {
    public var index: Int
    public var answer: String
    public var letter: String?

    public init(index: Int, answer: String, letter: String?) {
      self.index = index
      self.answer = answer
      self.letter = letter
    }
  }

  /// Whether each base question is a hit.
  ///
  /// - Parameter optionCount: how many of the columns A to D the table has; `E`, for none of them,
  ///   is drawn beside them
  public static func hits(_ passes: [Pass], optionCount: Int) -> [Int: Bool] {
    let letters = ["A", "B", "C", "D"].prefix(optionCount) + ["E"]
    var random = PythonRandom(seed: 2680)
    let sorted = passes.sorted { $0.index < $1.index }
    let groups = Dictionary(grouping: sorted) { MMBenchSummary.base($0.index) }
    var hits: [Int: Bool] = [:]
    for base in sorted.lazy.map(\.index) where base < 1_000_000 && hits[base] == nil {
      let group = groups[base] ?? []
      // A wrong letter ends the group before any is drawn, and so does the first wrong draw.
      hits[base] =
        group.allSatisfy { $0.letter == nil || $0.letter == $0.answer }
        && group.allSatisfy {
          $0.letter != nil || letters[random.below(letters.count)] == $0.answer
        }
    }
    return hits
  }
}
