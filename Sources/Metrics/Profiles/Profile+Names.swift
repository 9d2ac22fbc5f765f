import Diagnostics

extension Profile {
  /// What `--profile` takes, for help texts and messages.
  public static let grammar =
    "EVALUATOR, or EVALUATOR@DATE, @VERSION or @COMMIT for its rules at that time:"
    + " vlmevalkit@2025-04-30, lmms-eval@0.3, vlmevalkit@928a95b0"

  /// The profile with this name: a short name, or an evaluator at a date, a version or a commit.
  ///
  /// A date stands for the end of that day (UTC), a version for the release, and a commit, of
  /// which seven digits are enough, for the state that it left.
  /// - Throws: ``MetricError`` `unknown-name` with the nearest name, or what is wrong with the part
  ///   after the `@`.
  public static func named(_ name: String) throws(MetricError) -> Profile {
    let lowered = name.lowercased()
    if let profile = allCases.first(where: { $0.rawValue == lowered }) { return profile }
    guard let at = lowered.firstIndex(of: "@") else {
      throw MetricError(
        .unknownName,
        "unknown profile \"\(name)\"; \(suggestion(for: name, among: allCases.map(\.rawValue)))")
    }
    let (program, point) = (String(lowered[..<at]), String(lowered[lowered.index(after: at)...]))
    guard let evaluator = Evaluator(rawValue: program) else {
      throw MetricError(
        .unknownName,
        "unknown evaluator \"\(program)\" in the profile \"\(name)\"; "
          + suggestion(for: program, among: Evaluator.allCases.map(\.rawValue)))
    }
    guard let history = EvaluatorHistory.all[evaluator] else {
      throw MetricError(
        .unknownName,
        "the profile \"\(evaluator.rawValue)\" has no dates: none of these evaluators changed")
    }
    let moment = try history.moment(of: point, in: name)
    guard moment >= history.start else {
      throw MetricError(
        .unknownName,
        "\(evaluator.title)'s rules are known from \(EvaluatorHistory.day(of: history.start)) on;"
          + " \"\(name)\" is before that")
    }
    return Profile(
      evaluator, moment: moment, name: "\(evaluator.rawValue)@\(point)",
      summary: "\(evaluator.title)'s rules of \(EvaluatorHistory.day(of: moment))")
  }

  /// As ``named(_:)``, nil where there is no such profile.
  public init?(rawValue: String) {
    guard let profile = try? Profile.named(rawValue) else { return nil }
    self = profile
  }
}

extension EvaluatorHistory {
  /// The moment that a date, a version or a commit stands for.
  fileprivate func moment(of point: String, in name: String) throws(MetricError) -> Int {
    if point.contains("-") {
      guard let moment = Self.endOfDay(point) else {
        throw MetricError(
          .unknownName, "\"\(point)\" in the profile \"\(name)\" is no date; write YYYY-MM-DD")
      }
      return moment
    }
    let version = point.hasPrefix("v") ? String(point.dropFirst()) : point
    if let release = Self.release(version, of: evaluator) { return release }
    if version.contains(".") || point.hasPrefix("v") {
      throw MetricError(
        .unknownName,
        "\(evaluator.title) has no release \"\(version)\" that is known here; "
          + (releases.isEmpty
            ? "give a date or a commit"
            : "known: " + releases.map(\.version).joined(separator: ", ")))
    }
    guard point.count >= 7, point.count <= 40, point.allSatisfy({ $0.isASCII && $0.isHexDigit })
    else {
      throw MetricError(
        .unknownName,
        "\"\(point)\" in the profile \"\(name)\" is neither a date (YYYY-MM-DD) nor a version nor"
          + " a commit of at least seven digits")
    }
    switch moments(ofCommit: point) {
    case let found where found.count == 1: return found[0]
    case let found where found.count > 1:
      throw MetricError(
        .unknownName,
        "\(found.count) commits of \(evaluator.title) begin with \"\(point)\"; give more digits")
    default:
      throw MetricError(
        .unknownName,
        "no commit of \(evaluator.title) up to \(Self.day(of: end)) begins with \"\(point)\";"
          + " give its date instead: \(evaluator.rawValue)@YYYY-MM-DD")
    }
  }
}
