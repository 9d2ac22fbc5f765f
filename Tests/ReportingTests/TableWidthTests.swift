import Reporting
import Testing

@Suite struct TableWidthTests {
  /// A table of 14 columns that would be 260 wide.
  static let wide: ResultTable = {
    var table = ResultTable(
      title: "A title that is longer than the narrowest of all terminals that this is shown on",
      columns: [
        .init("Benchmark", importance: .essential), .init("Score", importance: .essential),
        .init("Method", importance: .high), .init("Note", importance: .high),
        .init("Formats", importance: .normal), .init("Scale", importance: .low),
        .init("Digest", importance: .detail),
      ])
    for index in 0..<5 {
      table.append([
        "Benchmark": .text("DocVQA validation"), "Score": .number(68.03, decimals: 2),
        "Method": .text("proxyv:from=12"),
        "Note": .text("PARTIAL; 20 of the published 5349 questions; 3 duplicate lines passed over"),
        "Formats": .text("parquet: files as the hub gives them; original: the release 日本語 テスト"),
        "Scale": .text("0-100"), "Digest": .text(String(repeating: "0123456789abcdef", count: 4)),
        "Extra \(index)": .integer(index),
      ])
    }
    table.notes = [String(repeating: "a note of many words ", count: 12)]
    return table
  }()

  @Test(arguments: [60, 61, 79, 80, 120, 200, 400])
  func `no line is wider than the terminal`(width: Int) {
    for line in Self.wide.text(.markdown, width: width).split(separator: "\n") {
      #expect(columns(line) <= width, "\(line)")
    }
  }

  @Test func `the least important columns go first, and it is said which`() {
    let text = Self.wide.text(.markdown, width: 80)
    #expect(text.contains("| Benchmark") && text.contains("68.03") && text.contains("proxyv"))
    #expect(!text.contains("0123456789abcdef"))
    #expect(text.contains("Not shown for want of room:") && text.contains("Digest"))
    #expect(!Self.wide.text(.markdown, width: 400).contains("Not shown"))
  }

  @Test(arguments: [60, 80, 120])
  func `no word is broken`(width: Int) {
    let words = Set(Self.wide.markdown.split { $0 == " " || $0 == "\n" || $0 == "|" })
    let shown = Self.wide.text(.markdown, width: width).split {
      $0 == " " || $0 == "\n" || $0 == "|"
    }.filter { !$0.allSatisfy { "-:".contains($0) } }
    let ours = Set(
      "Not shown for want of room: A wider terminal or --format markdown shows all.".split(
        separator: " "))
    for word in shown {
      let bare = word.last == "," || word.last == "." ? word.dropLast() : word
      #expect(words.contains(word) || words.contains(bare) || ours.contains(word), "\(word)")
    }
  }

  @Test func `the options of a method break after a part, and leave room for scores`() {
    var table = ResultTable(columns: [
      .init("Model", importance: .essential), .init("Method", importance: .essential),
      "DocVQA", "ChartQA",
    ])
    table.append([
      "Model": .text("llava_llama 12945593"),
      "Method": .text("pyramiddrop:layers=8/16/24,ratios=0.5/0.25/0.125"),
      "DocVQA": .number(68.03, decimals: 2), "ChartQA": .number(59.64, decimals: 2),
    ])
    for width in [64, 80] {
      let text = table.text(.markdown, width: width)
      #expect(text.contains("68.03") && text.contains("59.64"), "\(text)")
      #expect(!text.contains("…") && !text.contains("Not shown"), "\(text)")
      #expect(text.contains("layers=8/16/24, ") && text.contains("0.125 "), "\(text)")
      #expect(text.split(separator: "\n").allSatisfy { columns($0) <= width }, "\(text)")
    }
  }

  /// Two methods on twelve benchmarks.
  private static var paper: ResultTable {
    let names = (1...12).map { "Benchmark\($0)" }
    var table = ResultTable(
      columns: [.init("Model", importance: .essential), .init("Method", importance: .essential)]
        + names.map { ResultTable.Column($0, alignment: .right) }
        + [
          .init("Score_fine", alignment: .right, importance: .essential),
          .init("Layers", importance: .detail),
        ])
    for (place, method) in ["baseline", "visionzip:dominant=360,contextual=40"].enumerated() {
      var row: ResultTable.Row = [
        "Model": .text("llava"), "Method": .text(method),
        "Score_fine": .number(54.64, decimals: 2),
        "Layers": .text(String(repeating: "576 ×12, ", count: 9)),
      ]
      for (index, name) in names.enumerated() {
        row[name] = .init(
          .number(Double(10 * index + place), decimals: 2),
          interval: .init(low: 0, high: 2), footnotes: ["note \(index)"])
      }
      table.append(row)
    }
    return table
  }

  @Test func `columns that find no room become rows, and nothing but details is lost`() {
    var table = Self.paper
    #expect(table.text(.markdown, width: 80).contains("Not shown for want of room: Benchmark"))
    table.turnsWhenNarrow = true
    let text = table.text(.markdown, width: 80)
    for index in 1...12 { #expect(text.contains("| Benchmark\(index) "), "\(text)") }
    #expect(text.contains("111.00 ±1.00") && text.contains("h note 11"), "\(text)")
    #expect(text.contains("| Score_fine ") && text.contains("54.64 |"), "\(text)")
    #expect(text.contains("llava baseline |") && text.contains("dominant=360,"), "\(text)")
    #expect(text.contains("Not shown for want of room: Layers."))
    #expect(text.split(separator: "\n").allSatisfy { columns($0) <= 80 })
    #expect(table.text(.markdown, width: 400) == Self.paper.text(.markdown, width: 400))
  }

  @Test func `a word longer than the terminal loses its middle`() {
    var table = ResultTable(columns: [.init("Run", importance: .essential)])
    table.append(["Run": .text("/" + String(repeating: "folder/", count: 40) + "run")])
    let text = table.text(.markdown, width: 60)
    #expect(text.contains("…") && text.contains("| /folder/") && text.contains("/run |"))
    #expect(text.split(separator: "\n").allSatisfy { columns($0) <= 60 })
  }

  /// Wide characters take two columns.
  private func columns(_ line: Substring) -> Int {
    line.unicodeScalars.reduce(0) { $0 + ((0x3000...0x9FFF).contains($1.value) ? 2 : 1) }
  }
}
