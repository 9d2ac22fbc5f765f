import Diagnostics
import Testing

@Suite struct TerminalTextTests {
  @Test(arguments: [
    ("red \u{1B}[31m", "red \\u001b[31m"), ("bell\u{07}", "bell\\u0007"),
    ("csi \u{9B}2J", "csi \\u009b2J"), ("a\u{202E}b", "a\\u202eb"),
    ("a\u{2066}b\u{2069}", "a\\u2066b\\u2069"), ("a\nb", "a\\u000ab"), ("a\rb", "a\\u000db"),
    ("a\u{2028}b", "a\\u2028b"), ("del\u{7F}", "del\\u007f"), ("\u{200F}x", "\\u200fx"),
  ])
  func `what a terminal acts upon is escaped`(text: String, shown: String) {
    #expect(terminalText(text) == shown)
  }

  @Test(arguments: ["Größe: 5 µm", "日本語", "👩‍👩‍👧", "a \\ b", ""])
  func `other text stays what it is`(text: String) { #expect(terminalText(text) == text) }

  @Test func `layout stays where it is wanted`() {
    #expect(terminalText("a\tb\r\nc\n", keepingLines: true) == "a\tb\r\nc\n")
    #expect(terminalText("a\rb\n", keepingLines: true) == "a\\u000db\n")
  }

  @Test func `no error says a line of its own`() {
    struct Fault: LocatedError {
      var codeName: String { "fault" }
      var message: String { "the name \"x\nproxyv-eval: fake\" is unknown" }
      var location: Location? { Location(file: "a\u{1B}[2J.png") }
    }
    let sentence = render(Fault())
    #expect(!sentence.contains("\n") && !sentence.contains("\u{1B}"))
    #expect(sentence.contains("a\\u001b[2J.png") && sentence.contains("x\\u000aproxyv-eval"))
  }
}
