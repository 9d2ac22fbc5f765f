import DataFormats
import Reporting
import Testing

@Suite struct ResultTableTests {
  static let table: ResultTable = {
    var table = ResultTable(
      title: "Speed", columns: ["what", "rows", "GFLOP/s", "of peak", "error"])
    table.fact("threads", .integer(2))
    table.append([
      .text("up, \"wide\""), .integer(230), .measured(MeasuredRuns([90, 100, 110]), decimals: 1),
      .share(MeasuredRuns([0.5, 0.5, 0.5])),
      .number(0.000_000_31, decimals: -1),
    ])
    table.append([.text("down_50 %"), .integer(1)])
    table.notes = ["a note"]
    return table
  }()

  @Test func markdownShowsMediansWithTheirSpread() {
    let text = Self.table.markdown
    #expect(text.hasPrefix("## Speed\n\nthreads: 2.\n\n| what"))
    #expect(text.contains("|  230 | 100.0 ±5.0 % |  50.0 % | 3.1e-07 |"))
    #expect(text.contains("| down_50 %  |    1 |"))
  }

  @Test func csvQuotesFieldsAndGivesSpreadsAColumn() {
    let lines = Self.table.csv.split(separator: "\r\n").map(String.init)
    #expect(lines[0] == "what,rows,GFLOP/s,GFLOP/s spread,of peak,of peak spread,error,threads")
    #expect(lines[1] == "\"up, \"\"wide\"\"\",230,100.0,0.05,0.5,0.0,3.1e-07,2")
    #expect(lines[2] == "down_50 %,1,,,,,,2")
  }

  @Test func jsonHoldsEveryRun() throws {
    let json = try JSONValue.parse(Self.table.text(.json), file: "table")
    #expect(json["title"]?.stringValue == "Speed" && json["facts"]?["threads"]?.intValue == 2)
    #expect(json["rows"]?[0]?["GFLOP/s"]?["runs"]?.arrayValue?.count == 3)
    #expect(json["rows"]?[0]?["GFLOP/s"]?["median"]?.doubleValue == 100)
    #expect(json["rows"]?[1]?["error"]?.isNull == true)
    #expect(json["notes"]?[0]?.stringValue == "a note")
  }

  @Test func latexEscapesAndAlignsLikeMarkdown() {
    let text = Self.table.latex
    #expect(
      text.hasPrefix(
        "\\begin{tabular}{lrrrr}\n\\toprule\nwhat & rows & GFLOP/s & of peak & error \\\\\n\\midrule\n"
      ))
    #expect(text.contains("230 & 100.0 $\\pm$5.0 \\% & 50.0 \\% & 3.1e-07 \\\\"))
    #expect(
      text.contains("down\\_50 \\% & 1 &  &  &  \\\\")
        && text.hasSuffix("% Speed\n% threads: 2\n% a note\n"))
  }

  @Test func whatIsNoNumberIsShownAsSuchAndIsNullInJSON() throws {
    var table = ResultTable(columns: ["x"])
    table.append([.number(.nan, decimals: 1)])
    #expect(table.markdown.contains("n/a") && !table.markdown.contains("##"))
    #expect(try JSONValue.parse(table.text(.json), file: "table")["rows"]?[0]?["x"]?.isNull == true)
  }
}
