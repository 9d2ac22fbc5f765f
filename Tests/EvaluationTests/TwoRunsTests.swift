import DataFormats
import Evaluation
import EvaluationTestSupport
import Foundation
import Metrics
import Synchronization
import TestSupport
import Testing

/// Two processes on one run directory, in every order of their steps.
@Suite struct TwoRunsTests {
  /// Says who answers, so that an answer under another's name shows; stops between two images.
  private final class NamedModel: AnsweringModel {
    let identity: ModelIdentity
    let name: String

    init(_ name: String) {
      self.name = name
      identity = ModelIdentity([("kind", "named"), ("method", name)])
    }

    func answer(
      _ prompts: [Prompt], about image: ImageReference?, deliver: (Int, Answer) throws -> Void
    ) throws {
      if image?.identity == "image 1" { Interleaving.step(.answering) }
      for index in prompts.indices { try deliver(index, Answer(text: name)) }
    }
  }

  /// One process: what it runs, and what came of it.
  private final class Attempt: Sendable {
    let model: String
    let change: @Sendable (inout Runner) -> Void
    let outcome = Mutex<Result<Ledger, any Error>?>(nil)

    init(_ model: String, _ change: @escaping @Sendable (inout Runner) -> Void = { _ in }) {
      self.model = model
      self.change = change
    }

    func run(in folder: String) {
      let result = Result { () throws -> Ledger in
        var runner = Runner(
          benchmark: EchoBenchmark(), data: EchoBenchmark.data(count: 6), outputFolder: folder)
        change(&runner)
        return try runner.run(NamedModel(model), progress: SilentProgress())
          .scored(EchoBenchmark(), profiles: .one(.lmmsEval)).scores[0].ledger
      }
      outcome.withLock { $0 = result }
    }

    var ledger: Ledger? { outcome.withLock { try? $0?.get() } }
    var refusal: EvaluationError.Code? {
      outcome.withLock {
        guard case .failure(let error) = $0 else { return nil }
        return (error as? EvaluationError)?.code
      }
    }
  }

  /// What must hold of every directory, whoever was there: all answers are those of the model in
  /// the manifest, and so are the scores.
  private func expectOneModel(_ folder: String, _ trace: Interleaving.Trace) throws {
    let run = try RunDirectory(opening: folder)
    let model = run.manifest.model["method"]
    let texts = Set(try run.entries().map(\.answer.text))
    #expect(texts == [model ?? ""], "\(folder): \(trace)")
    let ids = try run.entries().map(\.id)
    #expect(Set(ids).count == ids.count, "an answer is there twice: \(trace)")
    let scores = try JSONNode(contentsOf: folder + "/scores.json")
    let scored = try scores["model"]["method"].string()
    #expect(scored == model, "\(folder): \(trace)")
    let left = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
      $0.contains(".writing-")
    }
    #expect(left.isEmpty)
  }

  private func inEveryOrder(
    _ first: @escaping () -> Attempt, _ second: @escaping () -> Attempt, preemptions: Int = 2,
    after before: Attempt? = nil,
    check: (_ folder: String, Attempt, Attempt, Interleaving.Trace) throws -> Void
  ) throws {
    try TestMaterial.withTemporaryFolder { parent in
      var number = 0
      let count = try Interleaving.all(preemptions: preemptions) {
        number += 1
        let folder = "\(parent)/\(number)/run"
        before?.run(in: folder)
        let (a, b) = (first(), second())
        return (
          (folder, a, b),
          [.first: { a.run(in: folder) }, .second: { b.run(in: folder) }]
        )
      } check: { state, trace in
        try check(state.0, state.1, state.2, trace)
        try FileManager.default.removeItem(atPath: parent + "/\(number)")
      }
      #expect(count > 20, "only \(count) orders were tried")
    }
  }

  @Test func `answers of one model are never kept under the name of another`() throws {
    try inEveryOrder({ Attempt("pad") }, { Attempt("square") }) { folder, a, b, trace in
      try expectOneModel(folder, trace)
      #expect([a, b].count { $0.ledger?.answered == 6 } == 1, "\(trace)")
      let refusals = [a, b].compactMap(\.refusal)
      #expect(refusals == [.runLocked] || refusals == [.runChanged], "\(trace)")
    }
  }

  @Test func `a process that is refused widens nothing`() throws {
    try inEveryOrder(
      { Attempt("pad") { $0.selection = Selection(limit: 4) } }, { Attempt("pad") }
    ) { folder, a, b, trace in
      try expectOneModel(folder, trace)
      let selections = try RunDirectory(opening: folder).manifest.selections
      let wanted = [(a, Selection(limit: 4)), (b, .all)].filter { $0.0.ledger != nil }.map(\.1)
      #expect(Set(selections.map { $0.limit ?? -1 }) == Set(wanted.map { $0.limit ?? -1 }))
      let last = [a, b].compactMap(\.ledger).max { $0.selected < $1.selected }
      #expect(last?.missing == 0 && last?.failed == 0, "\(trace)")
    }
  }

  @Test func `a running run is not set aside`() throws {
    try inEveryOrder({ Attempt("pad") }, { Attempt("square") { $0.fresh = true } }) {
      folder, a, b, trace in
      try expectOneModel(folder, trace)
      let aside = folder + ".before-1"
      if FileManager.default.fileExists(atPath: aside) { try expectOneModel(aside, trace) }
      for attempt in [a, b] {
        if let ledger = attempt.ledger { #expect(ledger.answered == 6, "\(trace)") }
      }
      #expect(a.ledger != nil || b.ledger != nil, "\(trace)")
      #expect(!(a.ledger == nil && a.refusal == .writeFailed), "\(trace)")
    }
  }

  @Test func `two that start over lose neither run`() throws {
    try inEveryOrder(
      { Attempt("pad") { $0.fresh = true } }, { Attempt("square") { $0.fresh = true } },
      after: Attempt("old")
    ) { folder, a, b, trace in
      try expectOneModel(folder, trace)
      var found: Set<String> = []
      let parent = (folder as NSString).deletingLastPathComponent
      for name in try FileManager.default.contentsOfDirectory(atPath: parent) {
        try expectOneModel(parent + "/" + name, trace)
        found.insert(
          try RunDirectory(opening: parent + "/" + name).manifest.model["method"] ?? "")
      }
      let done = Set([a, b].filter { $0.ledger != nil }.map(\.model))
      #expect(found == done.union(["old"]) && !done.isEmpty, "\(trace)")
    }
  }

  @Test func `shards begun at once are one run`() throws {
    try inEveryOrder(
      { Attempt("pad") { $0.shard = Shard(index: 0, count: 2)! } },
      { Attempt("pad") { $0.shard = Shard(index: 1, count: 2)! } }
    ) { folder, a, b, trace in
      try expectOneModel(folder, trace)
      #expect(a.ledger != nil && b.ledger != nil, "\(trace)")
      #expect(try RunDirectory(opening: folder).entries().count == 6, "\(trace)")
    }
  }

  @Test func `shards of another model are refused`() throws {
    try inEveryOrder(
      { Attempt("pad") { $0.shard = Shard(index: 0, count: 2)! } },
      { Attempt("square") { $0.shard = Shard(index: 1, count: 2)! } }
    ) { folder, a, b, trace in
      try expectOneModel(folder, trace)
      #expect([a, b].compactMap(\.refusal) == [.runChanged], "\(trace)")
    }
  }

  @Test func `a whole run and a shard of it do not run at once`() throws {
    try inEveryOrder(
      { Attempt("pad") }, { Attempt("pad") { $0.shard = Shard(index: 1, count: 2)! } }
    ) { folder, _, _, trace in
      // No answer twice, whoever was first.
      try expectOneModel(folder, trace)
    }
  }
}
