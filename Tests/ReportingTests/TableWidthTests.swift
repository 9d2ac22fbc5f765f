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
    let text = table.text(.markdown, width: 80)
    for part in ["| pyramiddrop: ", "| layers=8/16/24, ", "| ratios=0.5/0.25/0.125 |", "59.64"] {
      #expect(text.contains(part), "\(text)")
    }
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
