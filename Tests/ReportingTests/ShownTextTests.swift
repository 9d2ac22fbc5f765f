import Reporting
import Testing

@Suite struct ShownTextTests {
  @Test func `text cannot break a Markdown table or smuggle in markup`() {
    #expect(
      ShownText.markdown("a|b\n<script> *x* _y_ relaxed_overall ~~s~~ [l](u)")
        == "a\\|b &lt;script> \\*x\\* \\_y\\_ relaxed_overall \\~\\~s\\~\\~ \\[l\\](u)")
  }

  @Test func `no escape reaches a terminal`() {
    let shown = ShownText.visible("\u{1B}[31mred\u{7}\u{9B}1m\r\nnext\u{202E}abc")
    #expect(shown == "␛[31mred␇[U+009B]1m  next[U+202E]abc")
  }

  @Test(arguments: ["=1+1", "+A1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
  func `no text is a formula to a spreadsheet`(text: String) {
    let field = ShownText.csv(text)
    #expect(field.hasPrefix("'") || field.hasPrefix("\"'"), "\(field)")
  }

  @Test func `a number that is negative stays a number`() {
    var table = ResultTable(columns: ["Δ", "text"])
    table.append(["Δ": .number(-1.5, decimals: 2), "text": .text("-1.5")])
    #expect(table.csv == "Δ,text\r\n-1.5,'-1.5\r\n")
  }

  @Test func `HTML is escaped in elements and attributes`() {
    #expect(
      ShownText.html("<script>alert('x' & \"y\")</script>")
        == "&lt;script&gt;alert(&#39;x&#39; &amp; &quot;y&quot;)&lt;/script&gt;")
  }

  @Test(
    arguments: [
      (
        "50 % of $x_1 & #{~^}",
        "50 \\% of \\$x\\_1 \\& \\#\\{\\textasciitilde{}\\textasciicircum{}\\}"
      ),
      ("a\\input{/etc/passwd}", "a\\textbackslash{}input\\{/etc/passwd\\}"),
      ("é ñ Å ß ø", "\\'{e} \\~{n} \\r{A} \\ss{} \\o{}"), ("--x", "-{}-x"),
      ("中", "{[}U+4E2D{]}"), ("±1.2 ↓", "$\\pm$1.2 $\\downarrow$"),
    ])
  func `LaTeX sets any text`(text: String, latex: String) {
    #expect(ShownText.latex(text) == latex)
  }
}
