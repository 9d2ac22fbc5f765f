public import DataFormats
import Foundation

/// How far a run is: in all and shard by shard. Reads only; the processes that answer go on.
public struct RunStatus: Sendable {
  /// A part of the run.
  public struct Part: Sendable, Equatable {
    public let shard: Shard
    /// Selected questions that belong to it.
    public var selected = 0
    public var answered = 0
    public var failed = 0
    /// Whether it has a log at all.
    public var isBegun = false
    /// When its log was last written.
    public var lastWrite: Date?

    public var open: Int { selected - answered - failed }
  }

  public let path: String
  public let benchmark: String
  public let parts: [Part]

  public init(_ run: RunDirectory) throws { try self.init(run, entries: run.entries()) }

  /// - Parameter entries: what the run's logs hold, where they have been read already.
  init(_ run: RunDirectory, entries: [RunLog.Entry]) throws {
    path = run.path
    benchmark = run.manifest.benchmark
    let present = try run.shardsPresent()
    let count = present.last?.count ?? 1
    let assigned = Shard.assignment(of: run.questions.map(\.imageIdentity), count: count)
    var parts = (0..<count).compactMap { Shard(index: $0, count: count) }.map { Part(shard: $0) }
    for shard in present where shard.count == count {
      parts[shard.index].isBegun = true
      let attributes = try? FileManager.default.attributesOfItem(atPath: run.logPath(shard: shard))
      parts[shard.index].lastWrite = attributes?[.modificationDate] as? Date
    }
    let outcome = Dictionary(
      entries.settled().map { ($0.id, $0.answer.failure == nil) }, uniquingKeysWith: { $1 })
    for index in try run.selectedIndices() {
      let part = assigned[index]
      parts[part].selected += 1
      switch outcome[run.questions[index].id] {
      case true?: parts[part].answered += 1
      case false?: parts[part].failed += 1
      case nil: break
      }
    }
    self.parts = parts
  }

  public var selected: Int { parts.reduce(0) { $0 + $1.selected } }
  public var answered: Int { parts.reduce(0) { $0 + $1.answered } }
  public var failed: Int { parts.reduce(0) { $0 + $1.failed } }
  public var isComplete: Bool { answered + failed == selected }

  /// The parts that still lack answers, each with what is known; empty for a run in one piece.
  public var incompleteShards: [String] {
    guard parts.count > 1 else { return [] }
    let incomplete = parts.filter { $0.open > 0 }
    let named = incomplete.prefix(Self.mostNamed).map { part in
      part.isBegun
        ? "shard \(part.shard.description) lacks \(part.open) of \(part.selected) answers"
        : "shard \(part.shard.description) is missing (\(part.selected) questions)"
    }
    let others = incomplete.count - named.count
    return others > 0 ? named + ["\(others) more shards are incomplete (run --status)"] : named
  }

  private static let mostNamed = 16

  /// A line for the run and, where it has several parts, one for each that has questions.
  public func text(now: Date) -> String {
    func line(_ selected: Int, _ answered: Int, _ failed: Int) -> String {
      "\(answered) of \(selected) answered" + (failed > 0 ? ", \(failed) failed" : "")
    }
    var lines = [
      "\(benchmark): \(line(selected, answered, failed))"
        + (isComplete ? "" : ", \(selected - answered - failed) to go")
    ]
    if parts.count > 1 {
      for part in parts where part.selected > 0 {
        var text = "  shard \(part.shard.description): "
        text += part.isBegun ? line(part.selected, part.answered, part.failed) : "not begun"
        if part.open == 0 {
          text += ", done"
        } else if let last = part.lastWrite {
          text += ", last answer \(Int(max(0, now.timeIntervalSince(last)))) s ago"
        }
        lines.append(text)
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  public var json: JSONValue {
    [
      "run": .string(path), "benchmark": .string(benchmark), "selected": .integer(selected),
      "answered": .integer(answered), "failed": .integer(failed), "complete": .bool(isComplete),
      "shards": .array(
        parts.map { part in
          [
            "shard": .string(part.shard.description), "begun": .bool(part.isBegun),
            "selected": .integer(part.selected), "answered": .integer(part.answered),
            "failed": .integer(part.failed),
            "last_write": part.lastWrite.map { .number($0.timeIntervalSince1970) } ?? .null,
          ]
        }),
    ]
  }
}
