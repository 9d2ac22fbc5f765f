import DataFormats
import Evaluation
import Foundation
import TestSupport
import Testing

@testable import Pages

/// The page in headless Chromium: Browser/check_page.py clicks, this suite says what must come out.
/// `PROXYV_EVAL_SCREENSHOTS` names a folder for pictures of it.
struct PageBrowserTests {
  /// The second run of DocVQA: hostile answers first, then a changed word, an empty one, a failed
  /// one and one cut off; the rest is as in the first run.
  private static func second(_ place: Int, _ sample: Sample) -> Answer? {
    let texts = HostileAnswers.texts
    if place < texts.count { return Answer(text: texts[place]) }
    switch place - texts.count {
    case 0: return Answer(text: "one three words four")
    case 1: return Answer(text: " ")
    case 2: return Answer(failure: Answer.Failure(code: "test", message: "<b>broken</b>"))
    case 3: return Answer(text: sample.references[0], stopReason: .length)
    case 4: return Answer(text: sample.references[0])
    default: return first(place, sample)
    }
  }

  private static func first(_ place: Int, _ sample: Sample) -> Answer? {
    switch place - HostileAnswers.texts.count {
    case 0: Answer(text: "one two words")
    case 4: Answer(text: "wrong")
    default: Answer(text: sample.references[0])
    }
  }

  private static func box(_ place: Int, _ sample: Sample) -> Answer? {
    Answer(text: "[0.1, 0.2, 0.5, 0.9]")
  }

  @Test(.enabled(if: Peers.areInstalled, "\(Peers.reason)"))
  func `a reader clicks, searches, compares, and no answer is more than text`() throws {
    let folder = try TemporaryFolder()
    var runs: [PageRun] = []
    for (model, docvqa) in [("first", Self.first), ("second", Self.second)] {
      runs.append(try PageMaterial.run("docvqa", model: model, answer: docvqa))
      runs.append(try PageMaterial.run("refcoco", model: model, answer: Self.box))
      for name in ["mme", "mmbench", "ccpdf"] {
        runs.append(try PageMaterial.run(name, model: model, answer: PageMaterial.right))
      }
    }
    try Page.write(
      PageContents(title: "Night <script>x</script>", runs: runs), to: folder.path + "/page")
    try Page.write(
      PageContents(title: "One", runs: [runs[2]]), to: folder.path + "/one.html")

    let expected = try Self.expected(runs[0], runs[5])
    let file = try folder.write(expected.text(), to: "expected.json")
    let shots = ProcessInfo.processInfo.environment["PROXYV_EVAL_SCREENSHOTS"] ?? "-"
    let arguments = [
      TestMaterial.project + "/Tests/PagesTests/Browser/check_page.py", folder.path + "/page",
      folder.path + "/one.html", file, shots,
    ]
    let outcome = try ChildProcess.run(Peers.python, arguments)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    let checks = try JSONNode(JSONValue.parse(outcome.output))["checks"].int()
    #expect(checks > 60)
  }

  /// What the page must say, computed from the runs and not from the page.
  private static func expected(_ a: PageRun, _ b: PageRun) throws -> JSONValue {
    let pairs = Array(zip(a.scores.samples, b.scores.samples))
    func count(_ holds: (RunSample, RunSample) -> Bool) -> JSONValue {
      .integer(pairs.count { holds($0.0, $0.1) })
    }
    func isChanged(_ a: RunSample, _ b: RunSample) -> Bool {
      a.answer?.text != b.answer?.text || a.answer?.failure != b.answer?.failure
    }
    let ids = b.scores.samples.map(\.scored.sample.id)
    let shown = HostileAnswers.texts.enumerated()
    var hostile: [(String, JSONValue)] = []
    for (place, text) in shown { hostile.append((ids[place], .string(text))) }
    return [
      "total": .integer(pairs.count), "paired": .integer(pairs.count),
      "changed": count(isChanged),
      "changedIDs": .array(
        pairs.filter { isChanged($0.0, $0.1) }.map { .string($0.0.scored.sample.id) }),
      "worse": count { $1.scored.score.value < $0.scored.score.value - 1e-9 },
      "better": count { $1.scored.score.value > $0.scored.score.value + 1e-9 },
      "wrong": count { $0.scored.score.value <= 0 || $1.scored.score.value <= 0 },
      "failed": count { $0.answer?.failure != nil || $1.answer?.failure != nil },
      "empty": count { a, b in
        [a, b].contains { $0.answer.map { $0.failure == nil && $0.isBlank } ?? false }
      },
      "cut": count { $0.answer?.stopReason == .length || $1.answer?.stopReason == .length },
      "hostile": .object(.init(hostile, uniquingKeysWith: { $1 })),
      "long": .string(ids[HostileAnswers.texts.count - 1]),
      "diff": [
        "id": .string(ids[HostileAnswers.texts.count]), "removed": ["two"],
        "added": ["three", "four"],
      ],
    ]
  }

  private typealias RunSample = (scored: ScoredSample, answer: Answer?)
}
