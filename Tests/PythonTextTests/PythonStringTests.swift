import PythonText
import Testing

@Suite struct PythonStringTests {
  @Test func equalityIsByScalarNotByCanonicalEquivalence() {
    #expect(PythonString("\u{E9}") != PythonString("e\u{301}"))
    #expect(!PythonString("caf\u{E9}").contains("e\u{301}"))
    #expect(PythonString("\r\n").count == 2)
  }

  @Test(arguments: [
    ("\u{1C}a\u{85}", "a"), ("\u{200B}a", "\u{200B}a"), ("\u{FEFF}a\u{3000}", "\u{FEFF}a"),
    (" \u{A0}\u{2003} ", ""), ("\u{180E}x", "\u{180E}x"),
  ])
  func stripTakesPythonsWhitespace(text: String, stripped: String) {
    #expect(PythonString(text).strip() == PythonString(stripped))
  }

  @Test func splitDropsEmptyRunsAndJoinCollapses() {
    #expect(PythonString(" a\u{1F}b \n c ").split().map(\.text) == ["a", "b", "c"])
    #expect(PythonString("\t a \r\n  b ").collapsingWhitespace() == "a b")
    #expect(PythonString("a,,b").split(",").map(\.text) == ["a", "", "b"])
  }

  @Test(arguments: [
    ("\u{130}I", "i\u{307}i"), ("ΟΔΟΣ", "οδος"), ("ΣΑΣ Σ", "σας σ"), ("ΑΣ.", "ας."), ("ÀÉ", "àé"),
    ("ſ", "ſ"),
  ])
  func lowerIsFullAndKnowsTheFinalSigma(text: String, lowered: String) {
    #expect(PythonString(text).lower() == PythonString(lowered))
  }

  @Test(arguments: [("ß", "SS"), ("ﬁx", "FIX"), ("ŉ", "ʼN"), ("abc", "ABC")])
  func upperMayLengthen(text: String, uppered: String) {
    #expect(PythonString(text).upper() == PythonString(uppered))
    #expect(PythonString(text).upperCount == PythonString(uppered).count)
  }

  @Test(arguments: [
    ("what is NASA", "What is nasa"), ("ǆX", "ǅx"), ("ﬁVE", "Five"), ("ßA", "Ssa"), ("", ""),
    ("ΣΑΣ", "Σας"),
  ])
  func capitalizeTitleCasesTheFirstScalarAndLowersTheRest(text: String, capitalized: String) {
    #expect(PythonString(text).capitalize() == PythonString(capitalized))
  }

  @Test(
    arguments: [
      ("42.", 42), (".5", 0.5), ("1_000", 1000), ("1e3", 1000), (" \u{3000}-7.25\n", -7.25),
      ("１２", 12), ("٣", 3), ("+1_0.0_1e1_0", 10.01e10),
      ("inf", .infinity), ("-Infinity", -.infinity), ("1e999", .infinity), ("1e-999", 0),
      ("0_0", 0),
    ] as [(String, Double)])
  func floatReadsWhatPythonReads(text: String, value: Double) {
    #expect(PythonString(text).float() == value)
  }

  @Test func nanIsANumber() {
    #expect(PythonString(" -NaN ").float()?.isNaN == true)
  }

  @Test(arguments: [
    "", " ", ".", "e5", "0x10", "1,000", "5 %", "--5", "½", "²", "\u{2212}5", "1__0", "_1", "1_",
    "1_.5", "1._5", "1e", "1e_5", "in", "1 2", "1.2.3",
  ])
  func floatRefusesWhatPythonRefuses(text: String) {
    #expect(PythonString(text).float() == nil)
  }

  @Test func replacingGoesOnAfterTheReplacement() {
    #expect(PythonString("aaa").replacing("aa", with: "b") == "ba")
    #expect(PythonString("it's").replacing("'s", with: " 's") == "it 's")
  }
}
