import DataFormats

/// What a finished night says of itself: `night.json`.
public struct NightRecord: Sendable, Equatable {
  public struct Part: Sendable, Equatable {
    public var model: String
    public var benchmark: String
    /// The rules that it was scored by.
    public var profile: String?
    /// Why the part is not complete; nil: it is.
    public var problem: String?
    /// Why it was ended early: it was clear that it got worse than the baseline.
    public var stopped: String?
    /// What must be known beside the figures, or of why there are none.
    public var remark: String?
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
      "problem": part.problem.map { .string($0) } ?? .null,
      "stopped": part.stopped.map { .string($0) } ?? .null,
      "remark": part.remark.map { .string($0) } ?? .null, "seconds": .number(part.seconds),
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
        problem: try part.optional("problem")?.string(),
        stopped: try part.optional("stopped")?.string(),
        remark: try part.optional("remark")?.string(), seconds: try part["seconds"].double(),
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
