import Comparison
import DataFormats
import Diagnostics
import Foundation
import OrderedCollections

/// The folder of one night.
public struct NightFolder: Sendable, Equatable {
  public let path: String
  /// The date, with `.2`, `.3` ... for further nights of a day.
  public let name: String

  var planPath: String { path + "/plan.json" }
  var recordPath: String { path + "/night.json" }

  public var isFinished: Bool { FileManager.default.fileExists(atPath: recordPath) }

  func runPath(_ part: NightPart) -> String { "\(path)/\(part.model)/\(part.benchmark)" }

  /// What a finished night recorded.
  /// - Throws: ``NightlyError`` `damaged-night` where its file was edited or is not there.
  public func record() throws(NightlyError) -> NightRecord {
    guard isFinished else {
      throw NightlyError(
        .damagedNight, "the night is not finished: there is no night.json",
        at: Location(file: path))
    }
    do {
      return try NightRecord(JSONNode(contentsOf: recordPath))
    } catch {
      throw NightlyError(
        .damagedNight,
        "night.json is not what a night writes; run the night again with --night"
          + " \(name), or move its folder away", at: Location(file: path), cause: error)
    }
  }

  /// The plan with which it was begun; nil where there is none.
  func plan() -> (description: String, started: Date)? {
    guard let node = try? JSONNode(contentsOf: planPath),
      let description = try? node["plan"].string(),
      let started = try? Date(node["started"].string(), strategy: .iso8601)
    else { return nil }
    return (description, started)
  }

  func begin(plan: String, at date: Date) throws(NightlyError) {
    try NightlyFile.createFolder(path)
    let content: JSONValue = [
      "started": .string(date.formatted(.iso8601)), "plan": .string(plan),
    ]
    try NightlyFile.replace(planPath, with: content.text(indented: true))
  }

  // MARK: Names

  /// `2026-11-28`, `2026-11-28.2`.
  static func isName(_ name: String) -> Bool { parts(name) != nil }

  static func precedes(_ a: String, _ b: String) -> Bool {
    guard let a = parts(a), let b = parts(b) else { return a < b }
    return a < b
  }

  /// A number that orders names as their nights were.
  static func place(of name: String) -> Int {
    guard let (date, number) = parts(name) else { return 0 }
    return (Int(date.filter(\.isNumber)) ?? 0) * 10_000 + number
  }

  private static func parts(_ name: String) -> (String, Int)? {
    let pieces = name.split(separator: ".", omittingEmptySubsequences: false)
    guard let date = pieces.first, date.utf8.count == 10, pieces.count <= 2 else { return nil }
    let isDate = date.utf8.enumerated().allSatisfy { place, byte in
      place == 4 || place == 7 ? byte == UInt8(ascii: "-") : (48...57).contains(byte)
    }
    let number = pieces.count == 2 ? Int(pieces[1]) : 1
    guard isDate, let number, number >= 1 else { return nil }
    return (String(date), number)
  }

  /// A name of this machine's date that no night has.
  static func newName(at date: Date, after nights: [NightFolder]) -> String {
    let parts = Calendar(identifier: .gregorian).dateComponents([.year, .month, .day], from: date)
    let day = String(
      format: "%04d-%02d-%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
    let taken = Set(nights.map(\.name))
    if !taken.contains(day) { return day }
    var number = 2
    while taken.contains("\(day).\(number)") { number += 1 }
    return "\(day).\(number)"
  }
}

/// A model and a benchmark of a night, by name.
public struct NightPart: Sendable, Hashable {
  public var model: String
  public var benchmark: String
}

/// What a finished night says of itself: `night.json`.
public struct NightRecord: Sendable, Equatable {
  public struct Part: Sendable, Equatable {
    public var model: String
    public var benchmark: String
    /// The rules that it was scored by.
    public var profile: String?
    /// Why the part is not complete; nil: it is.
    public var problem: String?
    public var seconds: Double
    public var answered: Int
    public var selected: Int
    public var figures: [Figure]
  }

  public struct Figure: Sendable, Equatable {
    public var name: String
    /// In points.
    public var value: Double
    public var low: Double?
    public var high: Double?
  }

  /// What became of a model's comparison.
  public struct Comparison: Sendable, Equatable {
    public var model: String
    /// The other night.
    public var night: String
    public var verdict: String
    public var sentence: String
  }

  public var night: String
  public var started: String
  public var ended: String
  public var verdict: NightVerdict
  public var exitCode: Int
  public var sentence: String
  public var codeVersion: String
  public var parts: [Part]
  public var baseline: [Comparison]
  public var previous: [Comparison]
  public var alarms: [String]

  public var isComplete: Bool { parts.allSatisfy { $0.problem == nil } }
}

/// The outcome of a night, worst last but for what says nothing.
public enum NightVerdict: String, Sendable {
  case identical
  case noRegression = "no_regression"
  /// There is nothing pinned to compare with.
  case noBaseline = "no_baseline"
  case cannotTell = "cannot_tell"
  case incomplete
  case changedAnswers = "changed_answers"
  case regression

  /// The larger decides where several models have verdicts.
  var severity: Int {
    switch self {
    case .identical: 0
    case .noRegression: 1
    case .noBaseline: 2
    case .cannotTell: 3
    case .incomplete: 4
    case .changedAnswers: 5
    case .regression: 6
    }
  }

  func exitCode(strict: Bool) -> Int32 {
    switch self {
    case .identical, .noRegression, .noBaseline: 0
    case .cannotTell: strict ? 102 : 0
    case .incomplete: 101
    case .changedAnswers, .regression: 100
    }
  }

  public var words: String { rawValue.replacing("_", with: " ") }
}

extension NightRecord {
  var json: JSONValue {
    [
      "night": .string(night), "started": .string(started), "ended": .string(ended),
      "verdict": .string(verdict.rawValue), "exit_code": .integer(exitCode),
      "sentence": .string(sentence), "code_version": .string(codeVersion),
      "parts": .array(parts.map(Self.json)),
      "baseline": .array(baseline.map(Self.json)), "previous": .array(previous.map(Self.json)),
      "alarms": .array(alarms.map { .string($0) }),
    ]
  }

  private static func json(_ part: Part) -> JSONValue {
    [
      "model": .string(part.model), "benchmark": .string(part.benchmark),
      "profile": part.profile.map { .string($0) } ?? .null,
      "problem": part.problem.map { .string($0) } ?? .null, "seconds": .number(part.seconds),
      "answered": .integer(part.answered), "selected": .integer(part.selected),
      "figures": .array(
        part.figures.map {
          [
            "name": .string($0.name), "value": .number($0.value),
            "low": $0.low.map { .number($0) } ?? .null,
            "high": $0.high.map { .number($0) } ?? .null,
          ]
        }),
    ]
  }

  private static func json(_ comparison: Comparison) -> JSONValue {
    [
      "model": .string(comparison.model), "night": .string(comparison.night),
      "verdict": .string(comparison.verdict), "sentence": .string(comparison.sentence),
    ]
  }

  init(_ node: JSONNode) throws {
    night = try node["night"].string()
    started = try node["started"].string()
    ended = try node["ended"].string()
    guard let verdict = NightVerdict(rawValue: try node["verdict"].string()) else {
      throw try node["verdict"].mismatch("a verdict")
    }
    self.verdict = verdict
    exitCode = try node["exit_code"].int()
    sentence = try node["sentence"].string()
    codeVersion = try node["code_version"].string()
    parts = try node["parts"].list().map { part in
      Part(
        model: try part["model"].string(), benchmark: try part["benchmark"].string(),
        profile: try part.optional("profile")?.string(),
        problem: try part.optional("problem")?.string(), seconds: try part["seconds"].double(),
        answered: try part["answered"].int(), selected: try part["selected"].int(),
        figures: try part["figures"].list().map { figure in
          Figure(
            name: try figure["name"].string(), value: try figure["value"].double(),
            low: try figure.optional("low")?.double(),
            high: try figure.optional("high")?.double())
        })
    }
    func comparisons(_ key: String) throws -> [Comparison] {
      try node[key].list().map {
        Comparison(
          model: try $0["model"].string(), night: try $0["night"].string(),
          verdict: try $0["verdict"].string(), sentence: try $0["sentence"].string())
      }
    }
    baseline = try comparisons("baseline")
    previous = try comparisons("previous")
    alarms = try node["alarms"].strings()
  }
}
