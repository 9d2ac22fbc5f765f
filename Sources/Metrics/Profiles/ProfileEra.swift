/// A stretch of time in which an evaluator scored a benchmark by the same rules.
public struct ProfileEra: Sendable, Equatable {
  /// The rules, under a name that asks for them.
  public let profile: Profile
  /// The first and the last whole day; nil: since the beginning, or until today.
  public let from: String?
  public let until: String?

  /// In words: `until 2025-05-12`, `from 2025-05-13 on`, `at all times`.
  public var time: String {
    switch (from, until) {
    case (nil, nil): "at all times"
    case (nil, let until?): "until \(until)"
    case (let from?, nil): "from \(from) on"
    case (let from?, let until?): "from \(from) to \(until)"
    }
  }

  /// The eras of an evaluator, the oldest first.
  /// - Parameter benchmark: only changes that can change this benchmark's scores end an era
  public static func all(of evaluator: Evaluator, benchmark: String) -> [ProfileEra] {
    let start = EvaluatorHistory.all[evaluator]?.start ?? 0
    let changes = RuleChange.all.filter {
      $0.evaluator == evaluator && $0.concerns(benchmark) && $0.moment > start
    }.sorted { $0.moment < $1.moment }
    let today = Profile.allCases.first { $0.evaluator == evaluator && $0.moment == nil }
    return (0...changes.count).compactMap { place in
      let from = place == 0 ? nil : changes[place - 1].date
      guard place < changes.count else {
        return today.map { ProfileEra(profile: $0, from: from, until: nil) }
      }
      let last = changes[place].moment - 1
      let day = EvaluatorHistory.day(of: last - 86_400 + 1)
      return ProfileEra(
        profile: Profile(
          evaluator, moment: last, name: "\(evaluator.rawValue)@\(day)",
          summary: "\(evaluator.title)'s rules until \(changes[place].commit)"),
        from: from, until: day)
    }
  }
}
