import DataFormats
import Evaluation
import Metrics
import TestSupport
import Testing

@testable import Pages

struct BenchmarkPageTests {
  private func page(_ name: String) throws -> BenchmarkPage {
    BenchmarkPage([try PageMaterial.run(name, answer: PageMaterial.right)], names: ["run"])
  }

  @Test(arguments: [("mme", 2), ("mmbench", 2)])
  func `rows that count as one share a group`(name: String, least: Int) throws {
    let page = try page(name)
    let groups = Dictionary(grouping: page.rows) { $0.presentation.group }
    #expect(groups[nil] == nil && groups.values.allSatisfy { $0.count >= least })
  }

  @Test func `an instruction is shown without the mark of its image`() throws {
    let page = try page("ccpdf")
    #expect(page.rows.allSatisfy { $0.sample.question.contains("<|image|>") })
    let shown = page.rows.map { $0.presentation.question ?? "" }
    #expect(shown.allSatisfy { !$0.isEmpty && !$0.contains("<|image|>") }, "\(shown)")
  }

  @Test func `a right box is drawn on its reference`() throws {
    let run = try PageMaterial.run("refcoco") { _, sample in
      let box = sample.metadata["box"]?.arrayValue?.compactMap(\.doubleValue) ?? []
      let width = sample.metadata["width"]?.doubleValue ?? 1
      let height = sample.metadata["height"]?.doubleValue ?? 1
      return Answer(
        text: "[\(box[0] / width), \(box[1] / height), \(box[2] / width), \(box[3] / height)]")
    }
    for row in BenchmarkPage([run], names: ["run"]).rows {
      let drawn = try #require(row.outcomes[0]?.boxes.first)
      let reference = try #require(row.presentation.referenceBoxes.first)
      for (a, b) in zip(drawn.numbers, reference.numbers) { #expect(abs(a - b) < 1e-6) }
    }
  }

  @Test func `questions of either run are there, in the order of the first`() throws {
    var first = try PageMaterial.run("docvqa", answer: PageMaterial.right)
    let second = try PageMaterial.run("docvqa", model: "second", answer: PageMaterial.right)
    let all = first.answers.selected
    first = PageRun(
      RunAnswers(
        directory: "first", manifest: first.answers.manifest,
        selected: Array(all.dropFirst(2).reversed()),
        asked: Array(first.answers.asked.dropFirst(2).reversed()), ledger: Ledger()),
      benchmark: first.benchmark, profile: .lmmsEval)
    let page = BenchmarkPage([first, second], names: ["a", "b"])
    #expect(
      page.rows.map(\.sample.id)
        == all.dropFirst(2).reversed().map(\.sample.id) + all.prefix(2).map(\.sample.id))
    #expect(page.rows.suffix(2).allSatisfy { $0.outcomes[0] == nil && $0.outcomes[1] != nil })
  }

  @Test func `answers that evaluators judge differently are counted`() throws {
    let run = try PageMaterial.run("docvqa") { _, sample in
      // One wrong letter: partly right for the authors, right for lmms-eval 0.2.
      Answer(text: (sample.references.first ?? "") + "x")
    }
    let page = BenchmarkPage([run], names: ["run"])
    let expected = ProfileDifferences(run.answers, benchmark: run.benchmark).differences.count
    #expect(page.profileDifferences == [expected] && expected > 0)
  }

  @Test func `intervals are those of the benchmark's figures, around their values`() throws {
    let run = try PageMaterial.run("docvqa") { place, sample in
      Answer(text: place % 3 == 0 ? "wrong" : sample.references[0])
    }
    let row = try #require(run.scores.metrics.first)
    let interval = try #require(run.intervals[row.name])
    #expect(interval.contains(row.value * row.paperFactor) && interval.lowerBound > 0)
  }

  @Test func `chunks cover all rows, and a long text has one of its own`() throws {
    let run = try PageMaterial.run("docvqa") { place, _ in
      Answer(text: place == 3 ? String(repeating: "x", count: 1 << 20) : "short")
    }
    let page = BenchmarkPage([run], names: ["run"])
    let chunks = page.sampleChunks()
    #expect(chunks.map(\.start) == [0, 4])
    #expect(chunks.compactMap { $0.rows.arrayValue?.count }.reduce(0, +) == page.rows.count)
  }

  @Test func `runs of one name are told apart by their folders`() throws {
    let runs = try ["a", "b"].map { folder -> PageRun in
      let run = try PageMaterial.run("mme", answer: PageMaterial.right)
      return PageRun(
        RunAnswers(
          directory: "/runs/\(folder)/mme", manifest: run.answers.manifest,
          selected: run.answers.selected, asked: run.answers.asked, ledger: Ledger()),
        benchmark: run.benchmark, profile: .lmmsEval)
    }
    #expect(RunName.distinct(runs) == ["first · a", "first · b"])
    #expect(RunName.distinct([runs[0], runs[0]]) == ["first · mme (1)", "first · mme (2)"])
  }

  @Test(arguments: [
    ("one  two\n three", 50, "one two three"), ("abcdef", 3, "abc…"), ("", 3, ""),
    ("\u{2028}a", 5, "a"),
  ])
  func `a preview is the start on one line`(text: String, length: Int, preview: String) {
    #expect(BenchmarkPage.preview(text, length: length) == preview)
  }
}
