import Metrics
import PythonText
import Testing

@Suite struct BoxParserTests {
  static let first = BoundingBox(x1: 0.1, y1: 0.2, x2: 0.3, y2: 0.4)

  @Test(arguments: [
    "[0.1, 0.2, 0.3, 0.4]", "The box is [[0.1,\n0.2,\u{A0}0.3, 0.4 ]].", "[٠.١, ٠.٢, ٠.٣, ٠.٤]",
    "[0.5, [0.1, 0.2, 0.3, 0.4]",
    "[0.1, 0.2] [0.1, 0.2, 0.3, 0.4] [5, 6, 7, 8]",
  ])
  func theStrictRuleReadsTheFirstBracketOfFourPlainNumbers(text: String) {
    #expect(BoxParser.strict(PythonString(text)) == Self.first)
  }

  @Test(arguments: [
    "(0.1, 0.2, 0.3, 0.4)", "0.1, 0.2, 0.3, 0.4", "[.1, 0.2, 0.3, 0.4]", "[+0.1, 0.2, 0.3, 0.4]",
    "[1e-1, 0.2, 0.3, 0.4]",
    "[0.1 , 0.2, 0.3, 0.4]", "[0.1, 0.2, 0.3, 0.4", "[0.1, 0.2, 0.3, 0.4, 0.5]",
    "[0.1, 0.2, 0.3, 0.4.]", "[0.1，0.2，0.3，0.4]", "", "[",
  ])
  func theStrictRuleRefusesEverythingElse(text: String) {
    #expect(BoxParser.strict(PythonString(text)) == nil)
  }

  @Test(
    arguments: [
      ("[.1 2e-1 ,0.3\n0.4]", [0.1, 0.2, 0.3, 0.4]),
      ("x (0.1; 0.2) -> .3, 0.4", [0.1, 0.2, 0.3, 0.4]),
      ("7 boxes: [1 2 3 4]", [1, 2, 3, 4]), ("[0.1.2, 3, 4]", [0.1, 0.2, 3, 4]),
      ("[1_0, 2, 3, 4]", [1, 0, 2, 3]), ("[1, 2, 3]", nil),
      ("-+.5 6e 7e+ 8-9", [0.5, 6, 7, 8]),
    ] as [(String, [Double]?)])
  func theLenientRulePrefersABracketAndElseTakesTheFirstFourNumbers(
    text: String, numbers: [Double]?
  ) {
    #expect(BoxParser.lenient(PythonString(text))?.numbers == numbers)
  }

  @Test(
    arguments: [
      ("[[ 0.1 ,1e-1, inf ,4]]", [0.1, 0.1, .infinity, 4]),
      ("[1,2\n,3,4] [5,6,7,8]", [5, 6, 7, 8]), ("[1,2\n,3,4]", nil),
      ("[1,2,\n[5,6,7,8]", [5, 6, 7, 8]),
      ("[1, 2, 3, 4, 5]", nil), ("[x] 1,2,3,4]", nil),
    ] as [(String, [Double]?)])
  func theCommaRuleReadsOneLineAndFailsWithItsFirstBracket(text: String, numbers: [Double]?) {
    #expect(BoxParser.commaSeparated(PythonString(text))?.numbers == numbers)
  }
}
