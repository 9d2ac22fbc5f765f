import Benchmarks
import DataFormats
import Evaluation
import Metrics
import Testing

@Suite struct StructuralFaultTests {
  private func row(_ index: Int, _ options: [String]) -> Sample {
    var metadata: [String: JSONValue] = [:]
    for (letter, option) in zip(["A", "B", "C", "D"], options) {
      metadata[letter] = .string(option)
    }
    return Sample(id: "\(index)", image: nil, question: "q", references: ["A"], metadata: metadata)
  }

  @Test func aQuestionHasOneRowPerOption() {
    let whole = [
      row(7, ["x", "y"]), row(1_000_007, ["y", "x"]), row(8, ["x", "y", "z", "nan"]),
      row(1_000_008, ["y", "z", "x"]), row(2_000_008, ["z", "x", "y"]),
    ]
    #expect(MMBench().structuralFaults(of: whole) == [])
  }

  @Test(arguments: [
    ([(7, ["x", "y"])], "missing-rotations", "7 lacks 1000007"),
    ([(1_000_007, ["x", "y"])], "missing-base-rows", "7"),
    (
      [(7, ["x", "y"]), (1_000_007, ["y", "x"]), (2_000_007, ["x", "y"])], "unexpected-rotations",
      "7 has 2 options and also 2000007"
    ),
    ([(7, ["x", "y"]), (1_000_007, ["y", "w"])], "different-options", "1000007"),
  ])
  func brokenCircularGroupsAreNamed(rows: [(Int, [String])], kind: String, place: String) {
    let faults = MMBench().structuralFaults(of: rows.map { row($0.0, $0.1) })
    #expect(faults.map(\.kind) == [kind] && faults.first?.places == [place])
  }

  @Test func anImageOfMMEHasTwoQuestions() {
    func question(_ pair: String, _ number: Int) -> Sample {
      Sample(
        id: "\(pair)#\(number)", image: nil, question: "q", references: ["Yes"],
        metadata: ["pair": .string(pair)])
    }
    #expect(MME().structuralFaults(of: [question("a", 0), question("a", 1)]) == [])
    let faults = MME().structuralFaults(of: [
      question("a", 0), question("a", 1), question("b", 0), question("c", 0), question("c", 1),
      question("c", 2),
    ])
    #expect(faults.map(\.places) == [["b has 1", "c has 3"]])
  }

  @Test func answersWithoutALetterAreSaidAloud() {
    let scored = ["A", "no idea at all"].map {
      ScoredSample(
        sample: row(1, ["x", "y"]),
        score: MMBench().score($0, for: row(1, ["x", "y"]), profile: .vlmEvalKit))
    }
    #expect(
      MMBench().remarks(scored, profile: .vlmEvalKit).first?.contains(
        "from 1 of 2 answers; they count as wrong and decide 1 of 1 questions") == true)
    // The rotation that is missing is said all the same.
    #expect(
      MMBench().remarks([scored[0]], profile: .vlmEvalKit)
        == ["1 of 1 questions lack rotations; this is not circular accuracy"])
  }

  @Test func profilesWithoutAnEvaluatorAreLeftOut() {
    #expect(!RefCOCO().profiles.contains(.official) && RefCOCO().profiles.contains(.vlmEvalKit))
    #expect(CCpdf().profiles == [.lmmsEval])
    // LLaVA's own scripts cover benchmarks of general questions alone.
    #expect(DocVQA().profiles == Profile.allCases.filter { $0 != .llava })
  }

  @Test func boxesOfThePaddedSquareAreTakenBack() {
    // 200 x 100: half a square lies above and below.
    let sample = Sample(
      id: "s", image: nil, question: "q", references: [],
      metadata: [
        "box": .array([0, 0, 100, 100].map { .number($0) }), "width": .integer(200),
        "height": .integer(100),
      ])
    let prediction = "[0.0, 0.25, 0.5, 0.75]"
    #expect(
      RefCOCO(boxSpace: .paddedSquare).score(prediction, for: sample, profile: .lmmsEval).value == 1
    )
    #expect(RefCOCO().score("[0.0, 0.0, 0.5, 1.0]", for: sample, profile: .lmmsEval).value == 1)
    #expect(
      RefCOCO(boxSpace: .paddedSquare).score(
        "[0.0, 0.0, 0.5, 0.4]", for: sample, profile: .lmmsEval
      ).value == 0)
  }
}
