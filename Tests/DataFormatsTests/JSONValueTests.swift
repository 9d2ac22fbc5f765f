import DataFormats
import Testing

@Suite struct JSONValueParsingTests {
  @Test(
    arguments: [
      ("null", .null), ("true", true), ("-0", 0), ("12", 12), ("1.5e3", 1500.0),
      ("9223372036854775808", 9223372036854775808.0),
      ("\"a\\u00e9\\n\\ud83d\\ude00\"", "a\u{e9}\n\u{1F600}"), ("\"a\\u0000b\"", "a\u{0}b"),
      ("[1, [2], {}]", [1, [2], [:]]), ("{\"b\": 1, \"a\": 2, \"b\": 3}", ["b": 3, "a": 2]),
      (" \u{FEFF}1 ", nil),
    ] as [(String, JSONValue?)])
  func valuesAreReadAsPythonReadsThem(text: String, expected: JSONValue?) throws {
    guard let expected else {
      #expect(throws: DataFormatError.self) { try JSONValue.parse(text) }
      return
    }
    #expect(try JSONValue.parse(text) == expected)
  }

  @Test func pythonsNonFiniteNumbersAreAccepted() throws {
    #expect(
      try JSONValue.parse("[Infinity, -Infinity]") == [.number(.infinity), .number(-.infinity)])
    #expect(try JSONValue.parse("NaN").doubleValue?.isNaN == true)
  }

  @Test(arguments: [
    ("", "line 1, column 1"), ("{\"a\": 1,\n \"b\" 2}", "line 2, column 6"),
    ("[1, 2", "line 1, column 6"), ("01", "line 1, column 1"),
    ("\"abc", "line 1, column 1"), ("\"a\tb\"", "line 1, column 3"),
    ("\"\\ud800\"", "lone surrogate"), ("\"\\udc00\\ud800\"", "lone surrogate"),
    ("[1] x", "after the end"), ("+1", "cannot start"), ("1.", "after its point"),
    ("{1: 2}", "double quotes"), ("\"\\x\"", "unknown escape"),
  ])
  func brokenTextIsRefusedWithItsPlace(text: String, mentioned: String) {
    let error = #expect(throws: DataFormatError.self) { try JSONValue.parse(text, file: "f.json") }
    #expect(error?.description.contains(mentioned) == true, "\(String(describing: error))")
    #expect(error?.description.hasPrefix("f.json: ") == true)
  }

  @Test func invalidUTF8AndEndlessNestingAreRefused() {
    #expect(throws: DataFormatError.self) { try JSONValue.parse([0x22, 0xC3, 0x28, 0x22]) }
    #expect(throws: DataFormatError.self) {
      try JSONValue.parse(String(repeating: "[", count: 100_000))
    }
  }

  @Test func everyPrefixOfADocumentIsRefusedWithoutATrap() throws {
    let text = Array(
      #"{"a": [1, -2.5e-3, "x\u00e9\ud83d\ude00\\"], "b": {"c": null, "d": true}}"#.utf8)
    _ = try JSONValue.parse(text)
    for length in 0..<text.count {
      #expect(throws: DataFormatError.self) { try JSONValue.parse(Array(text[..<length])) }
    }
  }
}

@Suite struct JSONValueWritingTests {
  @Test func whatIsWrittenReadsBackEqual() throws {
    let value: JSONValue = [
      "a": [1, 0.1, "\"\\\n\u{0}\u{2028}\u{1F600}", nil, true], "b": [:], "c": [],
    ]
    #expect(try JSONValue.parse(value.text()) == value)
    #expect(try JSONValue.parse(value.text(indented: true)) == value)
    #expect(!value.text().contains("\n"))
  }

  @Test func nonFiniteNumbersAreWrittenAsStrings() {
    #expect(
      JSONValue.array([.number(.nan), .number(-.infinity)]).text() == #"["NaN","-Infinity"]"#)
  }
}

@Suite struct JSONNodeTests {
  let node = JSONNode(["data": [["question": 3]]], file: "val.json")

  @Test func aMissingKeyNamesFileAndEntry() throws {
    let error = #expect(throws: DataFormatError.self) { try node["data"].list()[0]["answers"] }
    #expect(error?.description == "val.json: data[0]: the key \"answers\" is missing")
  }

  @Test func aWrongTypeNamesWhatWasExpectedAndFound() throws {
    let error = #expect(throws: DataFormatError.self) {
      try node["data"].list()[0]["question"].string()
    }
    #expect(error?.description == "val.json: data[0].question: expected a string, found an integer")
  }
}
