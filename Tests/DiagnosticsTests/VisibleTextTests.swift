import Diagnostics
import Testing

struct VisibleTextTests {
  @Test(arguments: [
    ("plain Äö 文 👩‍👩‍👧\n\ttext", "plain Äö 文 👩‍👩‍👧\n\ttext"),
    ("\u{1B}[31mred\u{07}", "\\u{1B}[31mred\\u{7}"),
    ("a\u{202E}b\u{2066}", "a\\u{202E}b\\u{2066}"), ("\u{9B}0m\r", "\\u{9B}0m\\u{D}"),
    ("one\u{2028}two", "one\\u{2028}two"), ("", ""),
  ])
  func `a terminal shows what it would obey`(text: String, shown: String) {
    #expect(visible(text) == shown)
  }
}
