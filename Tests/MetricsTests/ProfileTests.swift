import Diagnostics
import Metrics
import Testing

/// A profile is an evaluator at a moment.
struct ProfileTests {
  @Test(arguments: [
    ("vlmevalkit@2025-05-12", false), ("vlmevalkit@2025-05-13", true),
    ("vlmevalkit@928a95b0", true), ("vlmevalkit@928a95b0c1d4458b18914f7cee8f39e5eccbcb9e", true),
    ("VLMEvalKit@2025-04-30", false), ("vlmevalkit@3ba9220a", false), ("vlmevalkit@0.2", false),
    ("vlmevalkit@v0.3rc1", true), ("vlmevalkit-2024", false), ("vlmevalkit", true),
  ])
  func `a date, a commit or a version says whether a change was made`(
    name: String, follows: Bool
  ) throws {
    #expect(try Profile.named(name).follows(.vlmEvalKitPeriods) == follows)
  }

  @Test func `each change switches on its own day`() throws {
    for change in RuleChange.all where change != .vlmEvalKitLeaveOneOut {
      let on = try Profile.named("\(change.evaluator.rawValue)@\(change.date)")
      #expect(on.follows(change))
      let later = RuleChange.all.filter {
        $0.evaluator == change.evaluator && $0.moment > change.moment && $0.date != change.date
      }
      #expect(later.allSatisfy { !on.follows($0) })
      #expect(try Profile.named("\(change.evaluator.rawValue)@\(change.commit)").follows(change))
      if let release = change.release {
        #expect(try Profile.named("\(change.evaluator.rawValue)@\(release)").follows(change))
      }
    }
  }

  @Test func `the short names stay, and are the dated rules`() throws {
    #expect(try Profile.named("lmms-eval@0.3") == .lmmsEval03)
    #expect(try Profile.named("lmms-eval@v0.2.4") == .lmmsEval02)
    #expect(try Profile.named("vlmevalkit@2024-12-31") == .vlmEvalKit2024)
    #expect(try Profile.named("lmms-eval@0.3").rawValue == "lmms-eval@0.3")
    for profile in Profile.allCases {
      #expect(try Profile.named(profile.rawValue.uppercased()) == profile)
    }
  }

  @Test(arguments: [
    ("vlmeval@2025-01-01", "did you mean \"vlmevalkit\"?"),
    ("vlmevalkit@2025-02-31", "is no date; write YYYY-MM-DD"),
    ("vlmevalkit@2025-1-1", "is no date"), ("vlmevalkit@", "neither a date"),
    ("vlmevalkit@abc", "at least seven digits"),
    ("vlmevalkit@0000000", "give its date instead: vlmevalkit@YYYY-MM-DD"),
    ("vlmevalkit@2023-06-01", "known from 2024-03-15 on"),
    ("lmms-eval@0.9", "known: 0.2.0, 0.2.2"), ("official@2024-01-01", "has no dates"),
  ])
  func `what is no moment is refused with what is`(name: String, message: String) {
    #expect {
      try Profile.named(name)
    } throws: { error in
      render(error).contains(message)
    }
  }

  @Test func `an era ends where a change begins`() {
    let eras = ProfileEra.all(of: .vlmEvalKit, benchmark: "mmbench")
    #expect(
      eras.map(\.time) == [
        "until 2025-08-03", "from 2025-08-04 to 2026-06-16", "from 2026-06-17 on",
      ])
    #expect(eras.last?.profile == .vlmEvalKit)
    #expect(ProfileEra.all(of: .official, benchmark: "mmbench").map(\.time) == ["at all times"])
  }
}

struct ReasoningTagTests {
  @Test(arguments: [
    ("<think>why</think>\n 42", "42"), ("a<analysis>x</analysis>b<think>y</think>c", "abc"),
    ("<think>a</think><think>b</think>c", "c"), ("it is</think> 4</think> 5", "5"),
    ("<think>open 5", nil), ("<THINK>a</THINK>b", nil), ("</think>a<think>b", nil),
    ("plain ", nil), ("<think></think>", ""),
  ])
  func `reasoning is taken out as lmms-eval does`(answer: String, scored: String?) {
    #expect(Profile.lmmsEval.textScored(of: answer) == scored)
    #expect(Profile.lmmsEval03.textScored(of: answer) == nil)
    #expect(Profile.vlmEvalKit.textScored(of: answer) == nil)
  }

  @Test func `before 0.7.1 a closing tag alone stayed`() throws {
    let profile = try Profile.named("lmms-eval@0.7")
    #expect(profile.textScored(of: "it is</think> 5") == nil)
    #expect(profile.textScored(of: "<think>it is</think> 5") == "5")
  }
}

/// Answers that VLMEvalKit scores otherwise before and after each of its changes.
struct DatedRulesTests {
  private func profiles(_ day: String, _ next: String) throws -> [Profile] {
    try ["vlmevalkit@\(day)", "vlmevalkit@\(next)"].map(Profile.named)
  }

  @Test func `a period after a digit`() throws {
    let values = try profiles("2025-05-12", "2025-05-13").map {
      try VQAAccuracy.score(
        prediction: "5.", answers: Array(repeating: "5", count: 10), profile: $0
      ).value
    }
    #expect(values == [1, 0])
  }

  @Test(arguments: [("105.2", "100", [1.0, 0]), ("95", "100", [0, 1]), ("0", "5", [0, 0])])
  func `what the difference is divided by`(
    prediction: String, answer: String, expected: [Double]
  ) throws {
    let values = try profiles("2025-08-31", "2025-09-01").map {
      RelaxedAccuracy.score(prediction: prediction, answer: answer, profile: $0).value
    }
    #expect(values == expected)
  }

  @Test(arguments: [
    ("B because the picture shows a lot of stuff", "2025-08-03", "2025-08-04", [1.0, 0]),
    (
      "it looks very much like a rather dark liquid to me, all things considered today",
      "2025-08-03", "2025-08-04", [1, 0]
    ),
    (
      "The answer is **b**, or A or B as they say here and there", "2026-06-16", "2026-06-17",
      [0, 1]
    ),
  ])
  func `how a letter is read`(
    prediction: String, day: String, next: String, expected: [Double]
  ) throws {
    let values = try profiles(day, next).map {
      MMBenchScore.score(
        prediction: prediction, options: ["gas", "liquid", nil, nil], answer: "B", profile: $0
      ).value
    }
    #expect(values == expected)
  }
}
