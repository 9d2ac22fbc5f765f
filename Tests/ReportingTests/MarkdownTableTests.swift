import Reporting
import Testing

@Suite struct MarkdownTableTests {
  @Test func columnsAreAlignedInTheSource() {
    var table = MarkdownTable([("Name", .left), ("n", .right)])
    table.append(["anls", "20"])
    table.append(["x"])
    #expect(table.text == "| Name |   n |\n| ---- | --: |\n| anls |  20 |\n| x    |     |\n")
  }

  @Test func cellsCannotBreakTheTableOrSmuggleInMarkup() {
    var table = MarkdownTable([("Cell", .left)])
    table.append(["a|b\n<script> *x* _y_ relaxed_overall"])
    #expect(table.text.contains("| a\\|b &lt;script> \\*x\\* \\_y\\_ relaxed_overall |"))
  }
}
