import DataFormats
import Testing

@Suite struct PythonLiteralTests {
  @Test(
    arguments: [
      ("['a', \"b's\"]", ["a", "b's"]), ("('x',)", ["x"]), ("('x')", "x"),
      ("[1, -2.5, None, True]", [1, -2.5, nil, true]),
      (#"'a\n\x41\u00e9\'\q'"#, "a\nAé'\\q"), ("{'k': [u'v', r'\\n']}", ["k": ["v", "\\n"]]),
      ("[]", []), ("[1_000, 2,]", [1000, 2]),
    ] as [(String, JSONValue)])
  func literalsAreRead(text: String, value: JSONValue) throws {
    #expect(try PythonLiteral.parse(text) == value)
  }

  @Test(arguments: [
    "[", "['a'", "f('x')", "[a]", "1 + 2", "'a' 'b", "{1: 2}", "['\\N{DASH}']", "[1] 2",
    "'\\ud800'", "",
  ])
  func everythingElseIsRefused(text: String) {
    #expect(throws: DataFormatError.self) { try PythonLiteral.parse(text) }
  }

  @Test func deepNestingIsRefusedWithoutATrap() {
    #expect(throws: DataFormatError.self) {
      try PythonLiteral.parse(String(repeating: "[", count: 100_000))
    }
  }
}
