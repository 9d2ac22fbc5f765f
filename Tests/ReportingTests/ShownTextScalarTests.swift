import Foundation
import Reporting
import Testing

/// Every writer works on Unicode scalars: what bears an accent is still what it was.
@Suite struct ShownTextScalarTests {
  /// What can follow a mark of syntax and become one Character with it.
  static let joiners = ["\u{301}", "\u{338}", "\u{200D}", "\u{FE0F}", "\u{20E3}"]

  @Test(arguments: joiners)
  func `a quotation mark with an accent does not end a CSV field`(joiner: String) {
    let text = "a\"\(joiner),b\"\(joiner)"
    let field = Array(ShownText.csv(text).unicodeScalars)
    #expect(field.first == "\"" && field.last == "\"")
    #expect(field.count { $0 == "\"" } == 2 + 2 * 2)
  }

  @Test(arguments: joiners)
  func `nothing escapes its escape by an accent`(joiner: String) {
    for sign in ["<", "&", "\"", "'", ">"] {
      let html = ShownText.html(sign + joiner).unicodeScalars
      #expect(!html.contains("<") && !html.contains(">") && !html.contains("\""))
      #expect(html.first == "&")
    }
    for sign in ["|", "`", "*", "[", "]", "~", "\\"] {
      #expect(ShownText.markdown(sign + joiner).unicodeScalars.first == "\\")
    }
    for sign in ["&", "%", "$", "#", "_", "{", "}"] {
      #expect(ShownText.latex(sign + joiner).unicodeScalars.contains("\\"), "\(sign)")
    }
    for sign in ["=", "+", "-", "@"] {
      #expect(ShownText.csv(sign + joiner + "1").unicodeScalars.first == "'")
    }
  }

  @Test(
    arguments: [
      ("≠", "$\\neq$"), ("ế", "\\'{\\^{e}}"), ("ệ", "\\^{\\d{e}}"),
      ("x\u{301}\u{302}", "\\^{\\'{x}}"),
      ("ß\u{301}", "\\'{\\ss{}}"), ("ø\u{301}", "\\'{\\o{}}"), ("\u{301}a", "\\'{}a"),
    ])
  func `LaTeX keeps names whole and sets every accent`(text: String, latex: String) {
    #expect(ShownText.latex(text) == latex)
  }

  @Test func `a cut text is short, however many accents it bears`() {
    #expect(ShownText.cut("abc", to: 3) == "abc")
    #expect(ShownText.cut("abcd", to: 3) == "ab…")
    let tall = "a" + String(repeating: "\u{301}", count: 10_000)
    #expect(ShownText.cut(tall, to: 100).unicodeScalars.count <= 401)
  }
}
