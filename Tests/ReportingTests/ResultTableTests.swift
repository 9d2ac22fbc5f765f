import DataFormats
import Reporting
import Testing

@Suite struct ResultTableTests {
  static let table: ResultTable = {
    var table = ResultTable(
      title: "Speed", columns: ["what", "rows", "GFLOP/s", "of peak", "error"])
    table.fact("threads", .integer(2))
    table.append([
      "what": .text("up, \"wide\""), "rows": .integer(230),
      "GFLOP/s": .measured(MeasuredRuns([90, 100, 110]), decimals: 1),
      "of peak": .share(MeasuredRuns([0.5, 0.5, 0.5])),
      "error": .number(0.000_000_31, decimals: -1),
    ])
    table.append(["rows": .integer(1), "what": .text("down_50 %")])
    table.notes = ["a note"]
    return table
  }()

  @Test func `Markdown shows medians with their spread`() {
    let text = Self.table.markdown
    #expect(text.hasPrefix("## Speed\n\nthreads: 2.\n\n| what"))
    #expect(text.contains("|  230 | 100.0 ±5.0 % |  50.0 % | 3.1e-07 |"))
    #expect(text.contains("| down_50 %  |    1 |"))
  }

  @Test func `the Markdown source is aligned`() {
    var table = ResultTable(columns: ["Name", "n"])
    table.append(["Name": .text("anls"), "n": .integer(20)])
    table.append(["Name": .text("x")])
    #expect(table.markdown == "| Name |   n |\n| ---- | --: |\n| anls |  20 |\n| x    |     |\n")
  }

  @Test func `Markdown of long lines is not padded`() {
    var table = ResultTable(columns: ["Text", "n"])
    table.append(["Text": .text(String(repeating: "word ", count: 60)), "n": .integer(1)])
    table.append(["Text": .text("x"), "n": .integer(2)])
    #expect(table.markdown.contains("\n| x | 2 |\n"))
  }

  @Test func `CSV quotes fields and gives spreads a column`() {
    let lines = Self.table.csv.split(separator: "\r\n").map(String.init)
    #expect(lines[0] == "what,rows,GFLOP/s,GFLOP/s spread,of peak,of peak spread,error,threads")
    #expect(lines[1] == "\"up, \"\"wide\"\"\",230,100.0,0.05,0.5,0.0,3.1e-07,2")
    #expect(lines[2] == "down_50 %,1,,,,,,2")
  }

  @Test func `JSON holds every run`() throws {
    let json = try JSONValue.parse(Self.table.text(.json), file: "table")
    #expect(json["title"]?.stringValue == "Speed" && json["facts"]?["threads"]?.intValue == 2)
    #expect(json["rows"]?[0]?["GFLOP/s"]?["runs"]?.arrayValue?.count == 3)
    #expect(json["rows"]?[0]?["GFLOP/s"]?["median"]?.doubleValue == 100)
    #expect(json["rows"]?[1]?["error"]?.isNull == true)
    #expect(json["notes"]?[0]?.stringValue == "a note")
  }

  @Test func `LaTeX has the rules of booktabs and aligns like Markdown`() {
    let text = Self.table.latex
    #expect(
      text.contains(
        """
        \\begin{tabular}{lrrrr}\n\\toprule\nwhat & rows & GFLOP/s & of peak & error \
        \\\\\n\\midrule\n
        """
      ))
    #expect(text.contains("230 & 100.0 $\\pm$5.0 \\% & 50.0 \\% & 3.1e-07 \\\\"))
    #expect(text.contains("down\\_50 \\% & 1 &  &  &  \\\\") && text.contains("threads: 2"))
  }

  @Test func `what is no number is shown as such and is null in JSON`() throws {
    var table = ResultTable(columns: ["x"])
    table.append(["x": .number(.nan, decimals: 1)])
    #expect(table.markdown.contains("n/a") && !table.markdown.contains("##"))
    #expect(try JSONValue.parse(table.text(.json), file: "table")["rows"]?[0]?["x"]?.isNull == true)
    #expect(table.csv == "x\r\n\r\n")
  }

  @Test func `a cell of an unknown column is not lost`() {
    var table = ResultTable(columns: ["a"])
    table.append(["a": .integer(1), "b": .integer(2)])
    #expect(table.columns.map(\.name) == ["a", "b"] && table.csv == "a,b\r\n1,2\r\n")
  }

  /// Two scores of which the first is best and the second not shown to be worse.
  static let scores: ResultTable = {
    var table = ResultTable(columns: ["Method", "Score"])
    table.append([
      "Method": .text("ours"),
      "Score": .init(
        .number(55.16, decimals: 2), interval: .init(low: 54, high: 56), emphasis: .bestOfGroup),
    ])
    table.append([
      "Method": .text("other"),
      "Score": .init(
        .number(55.1, decimals: 2), emphasis: .tied, footnotes: ["PARTIAL: 20 of 5,349 questions"]),
    ])
    return table
  }()

  @Test func `emphasis, intervals and footnotes stand in every format`() throws {
    #expect(Self.scores.markdown.contains("| ***55.16 ±1.00*** |"))
    #expect(Self.scores.markdown.contains("*55.10*† |\n"))
    #expect(Self.scores.markdown.hasSuffix("\n† PARTIAL: 20 of 5,349 questions\n"))
    #expect(Self.scores.latex.contains("\\underline{\\textbf{55.16 $\\pm$1.00}}"))
    #expect(Self.scores.latex.contains("\\underline{55.10}\\textsuperscript{\\dag{}}"))
    #expect(
      Self.scores.html.contains(
        "<td class=\"number best tied\">55.16<span class=\"interval\"> ±1.00</span></td>"))
    #expect(
      Self.scores.csv
        == "Method,Score,Score low,Score high,Score note\r\nours,55.16,54.0,56.0,\r\n"
        + "other,55.1,,,\"PARTIAL: 20 of 5,349 questions\"\r\n")
    let row = Self.scores.json["rows"]?[0]?["Score"]
    #expect(row?["low"]?.doubleValue == 54 && row?["best"] == .bool(true))
  }

  @Test func `several tables are one document in every format`() throws {
    let tables = [Self.table, Self.scores]
    #expect(
      try JSONValue.parse(ResultTable.text(of: tables, .json), file: "x").arrayValue?.count == 2)
    #expect(ResultTable.text(of: tables, .latex).components("\\documentclass") == 1)
    #expect(ResultTable.text(of: tables, .html).components("<table>") == 2)
    #expect(ResultTable.text(of: tables, .csv).contains("\r\n\r\nMethod,Score"))
  }
}

extension String {
  /// How often `part` occurs.
  func components(_ part: String) -> Int {
    split(separator: part, omittingEmptySubsequences: false).count - 1
  }
}
