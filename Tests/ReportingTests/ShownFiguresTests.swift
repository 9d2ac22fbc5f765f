import Benchmarks
import Comparison
import DataFormats
import Evaluation
import EvaluationTestSupport
import Reporting
import TestSupport
import Testing

/// What tables say for people is there for programs too, and no interval says more than is known.
@Suite struct ShownFiguresTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func run(
    _ name: String, _ count: Int, weights: String = "1111", called: String? = nil,
    right: @escaping (Int) -> Bool
  ) throws -> RunDirectory {
    let path = folder.path + "/" + name
    try WrittenRun.write(
      DocVQA(), WrittenRun.questions(count), to: path, weights: weights, name: called
    ) { sample in
      let number = Int(sample.id.dropFirst()) ?? 0
      return Answer(text: right(number) ? sample.references[0] : "zz", tokenIDs: [number])
    }
    return try RunDirectory(opening: path)
  }

  private func table(_ runs: RunDirectory...) throws -> ResultTable {
    ScoreReport.table(
      try runs.map { try ScoredRun($0, benchmark: DocVQA(), profiles: .one(.lmmsEval)) })
  }

  private func report(_ a: RunDirectory, _ b: RunDirectory) throws -> ComparisonReport {
    var options = ComparisonOptions()
    options.gate = GateConfiguration()
    options.replicates = 0
    let sides = try [a, b].map {
      try ComparedRun(RunAnswers($0), benchmark: DocVQA(), profile: .lmmsEval)
    }
    return ComparisonReport(try Comparison([(sides[0], sides[1])], options: options))
  }

  @Test func `footnotes of columns and dashes reach programs`() throws {
    var column = ResultTable.Column("Score")
    column.footnotes = ["other questions"]
    var table = ResultTable(columns: ["Name", column, "Δ"])
    table.append([
      "Name": .text("x"), "Score": .dash, "Δ": .range(-1.5, 2.25, decimals: 1, isSigned: true),
    ])
    #expect(
      table.csv == "Name,Score,Score note,Δ low,Δ high\r\nx,,other questions,-1.5,2.25\r\n")
    #expect(table.json["column_notes"]?["Score"]?[0]?.stringValue == "other questions")
    #expect(table.json["rows"]?[0]?["Score"]?.isNull == true)
    #expect(table.json["rows"]?[0]?["Δ"]?["low"]?.doubleValue == -1.5)
    #expect(table.markdown.contains("| x    | -      | -1.5 to +2.2 |"), "\(table.markdown)")
  }

  @Test func `a published dash is no text`() throws {
    let known = try PaperColumns(benchmarks: BenchmarkRegistry.all)
    for number in PublishedTable.numbers {
      let table = try PublishedTables().table(number).table(known)
      for row in table.json["rows"]?.arrayValue ?? [] {
        for (name, value) in row.objectValue ?? [:] where name != "LLM" && name != "Method" {
          #expect(value.stringValue == nil, "table \(number), \(name): \(value)")
        }
      }
    }
  }

  @Test func `an interval that says nothing is not shown, and it is said why`() throws {
    // Two images, one right and one wrong: 50 ± 635.
    let two = try table(run("two", 8) { $0 < 4 })
    #expect(!two.markdown.contains("±6") && two.rows[0]["Score"].interval == nil)
    #expect(two.markdown.contains("too few images: the 95 % interval covers the whole scale"))
    // All wrong: ± 0.
    let none = try table(run("none", 40) { _ in false })
    #expect(!none.markdown.contains("0.00 ±0.00"))
    #expect(none.markdown.contains("nothing varies between images"))
    let one = try table(run("one", 4) { $0 == 1 })
    #expect(one.markdown.contains("no 95 % interval: too few images"))
    // Nearly all right: the end of the scale, and not beyond it.
    let high = try table(run("high", 40) { $0 != 3 })
    let interval = try #require(high.rows[0]["Score"].interval)
    #expect(interval.isCut && interval.high == 100 && interval.low > 80)
    #expect(high.markdown.contains("–100.00)") && high.markdown.contains("cut at the end"))
    #expect(high.json["rows"]?[0]?["Score"]?["cut"] == .bool(true))
  }

  @Test func `a run's name stands in its row`() throws {
    let named = try table(run("named", 8, called: "my run") { $0 < 3 }, run("plain", 8) { $0 < 3 })
    #expect(named.rows.map { $0["Run"].shown } == ["my run", ""])
    #expect(try !table(run("other", 8) { $0 < 3 }).columns.map(\.name).contains("Run"))
  }

  @Test func `what is identical is not called unclear`() throws {
    let a = try run("a", 12) { $0 < 6 }
    let b = try run("b", 12) { $0 < 6 }
    let text = try report(a, b).text(.markdown)
    #expect(text.contains("identical: 12 answers"))
    #expect(!text.contains("cannot tell"), "\(text)")
  }

  @Test func `intervals of differences are numbers for programs`() throws {
    let a = try run("a", 200) { $0 % 3 != 0 }
    let b = try run("b", 200, weights: "2222") { $0 % 4 != 0 }
    let lines = try report(a, b).text(.csv).split(separator: "\r\n").map(String.init)
    let head = lines[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let row = lines[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    for name in ["A", "B", "Δ", "95 % interval low", "95 % interval high", "margin", "MDE"] {
      let place = try #require(head.firstIndex(of: name), "\(head)")
      #expect(Double(row[place]) != nil, "\(name): \(row[place])")
    }
  }

  @Test func `a figure that rose is said to have risen`() throws {
    let a = try run("a", 40) { $0 > 4 }
    let b = try run("b", 40, weights: "2222") { $0 > 2 }
    let comparison = try report(a, b).comparison
    #expect(comparison.verdict == .cannotTell)
    #expect(comparison.sentence.contains("it rose here, but these are too few to rule out a drop"))
  }

  @Test func `names that no figure has are refused with the nearest`() throws {
    var gate = GateConfiguration()
    func refusal() -> String? {
      do {
        try gate.checkNames(among: BenchmarkRegistry.all) { _ in [] }
        return nil
      } catch {
        return error.isUsage ? error.message : "not usage"
      }
    }
    gate.family = GateConfiguration.standardFamily + ["suite", "docvqa"]
    gate.margins = ["ccpdf/bleu": 0.01, "mme": 10, "suite": 1]
    #expect(refusal() == nil)
    gate.family = ["docvqaa"]
    #expect(refusal()?.contains("did you mean \"docvqa\"") == true)
    gate.family = ["docvqa/anl"]
    #expect(refusal()?.contains("did you mean \"docvqa/anls\"") == true)
    gate.family = nil
    gate.margins = ["docvqq": 1]
    #expect(refusal()?.contains("did you mean \"docvqa\"") == true)
  }

  @Test func `the family counts every figure that decides`() {
    var gate = GateConfiguration()
    let all = BenchmarkRegistry.all
    #expect(gate.figureKeys(of: [CCpdf(), DocVQA()], known: all).count == 3)
    gate.family = ["ccpdf", "docvqa/anls", "suite", "ccpdf/bleu"]
    #expect(gate.figureKeys(of: [DocVQA()], known: all).count == 4)
    gate.family = GateConfiguration.standardFamily
    #expect(gate.figureKeys(of: [], known: all).count == 10)
  }
}
