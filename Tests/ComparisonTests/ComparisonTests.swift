import Benchmarks
import Comparison
import Evaluation
import EvaluationTestSupport
import Metrics
import Statistics
import TestSupport
import Testing

/// Verdicts about run directories, each side written as the runner writes it.
@Suite struct ComparisonTests {
  static func number(_ sample: Sample) -> Int { Int(sample.id.dropFirst()) ?? 0 }

  static func right(_ sample: Sample) -> Answer {
    Answer(text: sample.references[0], tokenIDs: [5, number(sample)])
  }

  static func wrong(_ sample: Sample) -> Answer {
    Answer(text: "something else", tokenIDs: [5, 0])
  }

  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @discardableResult private func write(
    _ name: String, _ samples: [Sample], weights: String = "1111",
    answer: @escaping (Sample) -> Answer
  ) throws -> String {
    let path = folder.path + "/" + name
    try WrittenRun.write(DocVQA(), samples, to: path, weights: weights, answer: answer)
    return path
  }

  private func compare(
    _ a: String, _ b: String, change: (inout ComparisonOptions) -> Void = { _ in }
  ) throws -> Comparison {
    var options = ComparisonOptions()
    options.gate = GateConfiguration()
    options.replicates = 200
    options.draws = 999
    change(&options)
    let folders = try ComparedFolders(a, b, options: options) { try BenchmarkRegistry.named($0) }
    return try Comparison(folders.pairs, unpaired: folders.unpaired, options: options)
  }

  @Test func `the same answers of the same model are identical, whatever their number`() throws {
    let samples = WrittenRun.questions(12)
    let a = try write("a", samples, answer: Self.right)
    let b = try write("b", samples, answer: Self.right)
    let comparison = try compare(a, b) { $0.gate?.isStrict = true }
    #expect(comparison.verdict == .identical)
    #expect(comparison.sentence.contains("12 answers identical"))
    #expect(comparison.exitCode == 0)
  }

  @Test func `a clear drop is a regression`() throws {
    let samples = WrittenRun.questions(800)
    let a = try write("a", samples, answer: Self.right)
    let b = try write("b", samples, weights: "2222") {
      Self.number($0) % 20 == 0 ? Self.wrong($0) : Self.right($0)
    }
    let comparison = try compare(a, b)
    #expect(comparison.verdict == .regression)
    #expect(comparison.exitCode == 100)
    #expect(try #require(comparison.benchmarks.first).counts.worse == 40)
    #expect(try compare(a, b) { $0.gate = nil }.exitCode == 0)
    // The other way round it is none.
    #expect(try compare(b, a).verdict == .noRegression)
  }

  @Test func `clusters are images by content`() throws {
    let samples = WrittenRun.questions(40)
    let a = try write("a", samples, answer: Self.right)
    let comparison = try compare(a, a)
    let figure = try #require(comparison.benchmarks.first?.figures.first)
    #expect(figure.a?.clusters == 10)
    #expect(figure.units.figure.layout.unitCount == 40)
    #expect(comparison.benchmarks.first?.knowsImages == true)
  }

  @Test func `few questions cannot tell`() throws {
    let samples = WrittenRun.questions(40)
    let a = try write("a", samples, answer: Self.right)
    let b = try write("b", samples, weights: "2222") {
      $0.id == "q7" ? Self.wrong($0) : Self.right($0)
    }
    let comparison = try compare(a, b)
    #expect(comparison.verdict == .cannotTell)
    #expect(comparison.exitCode == 0)
    #expect(comparison.sentence.contains("images are needed"))
    #expect(try compare(a, b) { $0.gate?.isStrict = true }.exitCode == 102)
    // A margin that even this comparison can exclude.
    #expect(try compare(a, b) { $0.gate?.margins = ["docvqa": 20] }.verdict == .noRegression)
  }

  @Test func `one changed answer fails where none is expected, with its first token`() throws {
    let samples = WrittenRun.questions(40)
    let a = try write("a", samples, answer: Self.right)
    let b = try write("b", samples) { $0.id == "q7" ? Self.wrong($0) : Self.right($0) }
    let comparison = try compare(a, b) { $0.gate?.expectsIdentical = true }
    #expect(comparison.verdict == .changedAnswers)
    #expect(comparison.exitCode == 100)
    #expect(comparison.sentence.contains("DocVQA q7, first differing token at 1"))
  }

  @Test func `other tokens behind the same text are a change`() throws {
    let samples = WrittenRun.questions(8)
    let a = try write("a", samples, answer: Self.right)
    let b = try write("b", samples) { sample in
      var answer = Self.right(sample)
      if sample.id == "q3" { answer.tokenIDs.append(9) }
      return answer
    }
    let comparison = try compare(a, b) { $0.gate?.expectsIdentical = true }
    #expect(comparison.counts.sameText == 1)
    #expect(comparison.exitCode == 100)
  }

  @Test func `a benchmark that is gone makes a night incomplete`() throws {
    let samples = WrittenRun.questions(400)
    try write("a/docvqa", samples, answer: Self.right)
    try WrittenRun.write(
      InfoVQA(), samples, to: folder.path + "/a/infovqa", answer: Self.right)
    try write("b/docvqa", samples, answer: Self.right)
    let comparison = try compare(folder.path + "/a", folder.path + "/b")
    #expect(comparison.verdict == .incomplete)
    #expect(comparison.exitCode == 101)
    #expect(comparison.sentence.contains("infovqa is only in A"))
  }

  @Test func `questions that only one side has widen what cannot be excluded`() throws {
    let a = try write("a", WrittenRun.questions(400), answer: Self.right)
    let b = try write("b", WrittenRun.questions(390), weights: "2222", answer: Self.right)
    let comparison = try compare(a, b)
    let benchmark = try #require(comparison.benchmarks.first)
    #expect(benchmark.coverage.summary == "390 of 400 compared; 10 only in A")
    #expect(comparison.isPartial)
    #expect(comparison.verdict == .cannotTell)
    let figure = try #require(benchmark.figures.first)
    #expect(abs((figure.bounds?.worst ?? 0) + 2.5) < 1e-9)
    #expect(figure.decision?.note == .notAllCompared)
  }

  @Test func `newer references score both sides, and are named`() throws {
    var newer = WrittenRun.questions(20)
    let a = try write("a", newer, answer: Self.right)
    newer[3].references = ["a corrected answer"]
    let b = try write("b", newer, answer: Self.right)
    #expect(try compare(a, b).benchmarks.first?.coverage.ids(.changedReferences) == ["q3"])
    let comparison = try compare(a, b) { $0.usesReferencesOfB = true }
    let benchmark = try #require(comparison.benchmarks.first)
    #expect(benchmark.coverage.count(.changedReferences) == 0)
    #expect(benchmark.rescoredReferences == ["q3"])
    #expect(benchmark.a.scores.samples[3].scored.score.value == 0)
  }

  @Test func `a failure is compared as what it scores, and told apart`() throws {
    let samples = WrittenRun.questions(40)
    let a = try write("a", samples, answer: Self.right)
    let b = try write("b", samples, weights: "2222") {
      $0.id == "q5" ? Answer(failure: .init(code: "x", message: "torn")) : Self.right($0)
    }
    let benchmark = try #require(try compare(a, b).benchmarks.first)
    #expect(benchmark.coverage.newlyFailed == ["q5"])
    #expect(benchmark.counts.newlyFailed == 1)
    #expect(abs((benchmark.figures[0].difference?.value ?? 0) + 2.5) < 1e-9)
    #expect(benchmark.figures[0].differenceWithoutFailures == 0)
  }

  @Test func `questions of another layout are paired by what they ask`() throws {
    let samples = WrittenRun.questions(12)
    let a = try write("a", samples, answer: Self.right)
    // Numbers that are those of other questions.
    let shifted = samples.enumerated().map { index, sample in
      var sample = sample
      sample.id = "q\(index + 1)"
      return sample
    }
    let b = try write("b", shifted) {
      Answer(text: $0.references[0], tokenIDs: [5, Self.number($0) - 1])
    }
    let benchmark = try #require(try compare(a, b).benchmarks.first)
    #expect(benchmark.coverage.count(.compared) == 12)
    #expect(benchmark.pairedByContent == 12)
    #expect(benchmark.counts.changed == 0)
  }

  @Test func `runs of different benchmarks are refused with both names`() throws {
    let samples = WrittenRun.questions(4)
    let a = try write("a", samples, answer: Self.right)
    let b = folder.path + "/b"
    try WrittenRun.write(InfoVQA(), samples, to: b, answer: Self.right)
    #expect {
      try compare(a, b)
    } throws: {
      guard let error = $0 as? ComparisonError else { return false }
      return error.isUsage && error.message.contains("docvqa") && error.message.contains("infovqa")
    }
  }

  @Test(arguments: ["nan", "-1", "docvqa=nan", "docvqa=", "=1", "x", "inf"])
  func `a margin that is no number of points is refused`(text: String) {
    var gate = GateConfiguration()
    #expect(throws: ComparisonError.self) { try gate.setMargin(text) }
  }

  @Test func `a family that a night lacks keeps its place`() throws {
    let samples = WrittenRun.questions(800)
    let a = try write("a", samples, answer: Self.right)
    let b = try write("b", samples, weights: "2222") {
      Self.number($0) % 20 == 0 ? Self.wrong($0) : Self.right($0)
    }
    let comparison = try compare(a, b) { $0.gate?.family = GateConfiguration.standardFamily }
    // A regression is said even where something is missing.
    #expect(comparison.outcome.figures.count == 10)
    #expect(comparison.verdict == .regression)
    #expect(
      try compare(a, a) { $0.gate?.family = GateConfiguration.standardFamily }.verdict
        == .incomplete)
  }
}
