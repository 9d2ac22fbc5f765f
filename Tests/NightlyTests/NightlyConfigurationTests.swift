import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Nightly

/// What a YAML file may say, and the one sentence for what it may not.
@Suite struct NightlyConfigurationTests {
  private static let minimal = """
    output: root
    data: data
    models:
      - model: tesseract
    benchmarks:
      - docvqa

    """

  private func read(_ text: String) throws -> NightlyConfiguration {
    let folder = try TemporaryFolder()
    return try NightlyConfiguration(contentsOf: folder.write(text, to: "nightly.yml"))
  }

  private func refusal(_ text: String) throws -> String {
    let error = #expect(throws: NightlyError.self) { try read(text) }
    let message = try #require(error.map { render($0) })
    return message.split(separator: "nightly.yml: ", maxSplits: 1).last.map(String.init) ?? message
  }

  @Test func `every key is read`() throws {
    let configuration = try read(
      """
      output: root/
      data: data
      profile: lmms-eval
      seed: 7
      baseline: 2026-11-28
      keep: {nights: 3}
      models:
        - name: int8
          model: /models/proxyv
          weights: int8
          threads: 2
          exif_transpose: true
        - synthesize: tiny
          method: baseline
      benchmarks:
        - docvqa
        - {name: chartqa, data: other, limit: 5, offset: 2}
        - {name: mme, samples: [1, "b"], profile: vlmevalkit}
      gate:
        alpha: 0.01
        margin: 1
        margins: {docvqa: 0.5, "ocrbench/final_score": 5}
        family: [docvqa, suite]
        strict: true
        expect: scores
        alpha_spending: true
      """)
    #expect(configuration.output == "root" && configuration.seed == 7)
    #expect(configuration.baseline == "2026-11-28" && configuration.keptNights == 3)
    #expect(configuration.models.map(\.name) == ["int8", "tiny-baseline"])
    #expect(
      configuration.models[0].arguments == [
        "--model", "/models/proxyv", "--threads", "2", "--weights", "int8", "--exif-transpose",
      ])
    #expect(configuration.models[1].model == "root/models/tiny-baseline")
    #expect(configuration.benchmarks.map(\.data) == ["data", "other", "data"])
    #expect(configuration.benchmarks[1].selection.limit == 5)
    #expect(configuration.benchmarks[2].selection.ids == ["1", "b"])
    #expect(configuration.benchmarks[2].profile.rawValue == "vlmevalkit")
    let gate = configuration.gate
    #expect(gate.alpha == 0.01 && gate.expectation == .scores && gate.spendsAlpha)
    #expect(gate.configuration.commonMargin == 1 && gate.configuration.isStrict)
    #expect(gate.configuration.margins == ["docvqa": 0.5, "ocrbench/final_score": 5])
    #expect(gate.configuration.family == ["docvqa", "suite"])
  }

  @Test(
    arguments: [
      ("limt: 3\n", "line 7, column 1, limt: unknown key \"limt\""),
      ("gate:\n  marign: 1\n", "gate.marign: unknown key \"marign\"; did you mean \"margin\"?"),
      (
        "gate:\n  margins: {docvqa: .nan}\n",
        "gate.margins.docvqa: a margin must be a number of points from 0 on, not nan"
      ),
      (
        "gate: {margins: {docvqa: -1}}\n",
        "gate.margins.docvqa: a margin must be a number of points from 0 on, not -1.0"
      ),
      ("gate: {alpha: x}\n", "gate.alpha: expected a number, found \"x\""),
      ("gate: {alpha: 1}\n", "gate.alpha: must lie between 0 and 1, not 1.0"),
      ("gate: {strict: 1}\n", "gate.strict: expected true or false, found \"1\""),
      ("gate: [1]\n", "gate: expected keys, found a list"),
      ("gate: {family: [docvq]}\n", "unknown figure \"docvq\"; did you mean \"docvqa\"?"),
      ("gate: {family: [docvqa/anl]}\n", "DocVQA has no figure \"anl\"; did you mean"),
      ("gate: {margins: {docvqq: 1}}\n", "unknown figure \"docvqq\"; did you mean \"docvqa\"?"),
      ("gate: {margins: {ccpdf/ble: 1}}\n", "has no figure \"ble\"; did you mean \"ccpdf/bleu\"?"),
      ("gate: {expect: same}\n", "unknown expectation \"same\""),
      (
        "baseline: no\n",
        "baseline: expected a text, found no, which YAML reads as false; write \"no\" in quotes"
      ),
      ("profile: oficial\n", "profile: unknown profile \"oficial\"; did you mean \"official\"?"),
      ("keep: {nights: 0}\n", "keep.nights: must be at least 1, not 0"),
      ("seed: 1.5\n", "seed: expected an integer, found \"1.5\""),
      ("data: again\n", "the key \"data\" stands twice"),
      ("keep: [\n", "not YAML: "),
    ])
  func `what cannot be used is refused by its place`(added: String, sentence: String) throws {
    let message = try refusal(Self.minimal + added)
    #expect(message.contains(sentence), "\(message)")
    #expect(message.hasPrefix("line "), "\(message)")
  }

  @Test(
    arguments: [
      ("model: tesseract", "modle: x", "models[0].modle: unknown key \"modle\""),
      ("model: tesseract", "name: x", "models[0]: the key \"model\" is missing"),
      ("model: tesseract", "{model: t, name: a/b}", "the name \"a/b\" cannot be a folder's"),
      ("- docvqa", "- docvq", "benchmarks[0]: unknown benchmark \"docvq\""),
      ("- docvqa", "- {name: ccpdf, profile: vlmevalkit}", "has no profile \"vlmevalkit\""),
      ("- docvqa", "- docvqa\n  - docvqa", "docvqa stands twice"),
      ("- docvqa", "- {name: docvqa, limit: 0}", "benchmarks[0].limit: must be at least 1"),
      ("- docvqa", "- {name: docvqa, format: nothing}", "has no format \"nothing\""),
      ("  - docvqa", "", "benchmarks"),
      ("data: data", "", "no data for DocVQA"),
      ("output: root", "", "the key \"output\" is missing"),
    ])
  func `a wrong part of the plan is refused`(
    old: String, new: String, sentence: String
  ) throws {
    let message = try refusal(Self.minimal.replacingOccurrences(of: old, with: new))
    #expect(message.contains(sentence), "\(message)")
  }

  @Test func `the sample is read`() throws {
    let file = TestMaterial.project + "/Samples/nightly.yml"
    let configuration = try NightlyConfiguration(contentsOf: file)
    #expect(configuration.models.map(\.name) == ["tesseract", "miniature"])
    #expect(configuration.benchmarks.count == 3)
  }
}

/// Nights, their order, and the series they make.
@Suite struct NightlyHistoryTests {
  @Test func `nights are in the order of their days, and of their numbers`() {
    let names = ["2026-11-28.10", "2026-11-28", "2026-12-01", "2026-11-28.2"]
    #expect(
      names.sorted(by: NightFolder.precedes) == [
        "2026-11-28", "2026-11-28.2", "2026-11-28.10", "2026-12-01",
      ])
    #expect(
      names.sorted { NightFolder.place(of: $0) < NightFolder.place(of: $1) }
        == names.sorted(by: NightFolder.precedes))
    for name in ["2026-11-2", "2026-11-28.0", "2026-11-28.x", "models", "2026-11-28.before-1"] {
      #expect(!NightFolder.isName(name), "\(name)")
    }
  }

  private func series(_ values: [Double], answers: (Int) -> String) -> HistorySeries {
    var series = HistorySeries(
      key: "m/b v1 p q f", model: "m", benchmark: "b", figure: "f", profile: "p",
      lowerIsBetter: false)
    for (place, value) in values.enumerated() {
      series.append(
        HistorySeries.Point(
          night: String(format: "2026-01-%02d", place + 1), value: value, low: nil, high: nil,
          codeVersion: "c\(place / 10)", isPartial: false),
        identity: "same", answers: answers(place))
    }
    return series
  }

  @Test func `a step is one change, with the versions on both sides`() throws {
    let series = series((0..<20).map { $0 < 10 ? 60 : 57 }) { "\($0)" }
    let changes = series.changes()
    #expect(changes.map(\.night) == ["2026-01-11"])
    let change = try #require(changes.first)
    #expect(change.meanBefore == 60 && change.meanAfter == 57 && !change.isProvisional)
    #expect(change.codeBefore == "c0" && change.codeAfter == "c1")
    #expect(series.svg.contains("class=\"change\"") && series.svg.contains("class=\"version\""))
  }

  @Test func `a night that repeats the answers is shown and not tested`() {
    let series = series([60, 60, 60, 57]) { $0 < 3 ? "a" : "b" }
    #expect(series.points.map(\.repeatsLast) == [false, true, true, false])
    #expect(series.tested.map(\.value) == [60, 57])
  }

  @Test func `a pin and an acknowledgement keep their reasons`() throws {
    let folder = try TemporaryFolder()
    let root = NightlyRoot(folder.path)
    let alarms = ["2026-01-01", "2026-01-09"].map {
      NightlyRoot.Alarm(series: "s", night: $0, description: "changed at \($0)")
    }
    try root.raise(alarms)
    #expect(try root.openAlarms() == alarms)
    #expect(throws: NightlyError.self) { try root.acknowledge(night: nil, because: " ") }
    #expect(try root.acknowledge(night: "2026-01-01", because: "new data") == [alarms[0]])
    #expect(try root.openAlarms() == [alarms[1]] && root.alarms() == alarms)
    #expect(try root.acknowledge(night: nil, because: "x").count == 1)
    #expect(try root.openAlarms().isEmpty)
  }

  @Test func `the second to take a root is told who holds it`() throws {
    let folder = try TemporaryFolder()
    let root = NightlyRoot(folder.path + "/root")
    let first = try RootLock(root)
    let error = #expect(throws: NightlyError.self) { try RootLock(root) }
    #expect(error?.code == .rootHeld)
    #expect(error?.message.contains("process \(getpid()) on ") == true)
    withExtendedLifetime(first) {}
  }
}
