import Foundation

/// The releases and commits by which an evaluator's state is named.
struct EvaluatorHistory: Sendable {
  let evaluator: Evaluator
  /// The rules are known from this second on.
  let start: Int
  let releases: [(version: String, moment: Int)]
  /// A line per commit of the main branch: eight digits of its hash, its second in base 16.
  let commits: String

  static let all: [Evaluator: EvaluatorHistory] = [
    .lmmsEval: EvaluatorHistory(
      evaluator: .lmmsEval, start: 1_718_219_639, releases: lmmsEvalReleases,
      commits: String(decoding: PackageResources.lmms_eval_commits_txt, as: UTF8.self)),
    .vlmEvalKit: EvaluatorHistory(
      evaluator: .vlmEvalKit, start: RuleChange.vlmEvalKitLeaveOneOut.moment,
      releases: vlmEvalKitReleases,
      commits: String(decoding: PackageResources.vlmevalkit_commits_txt, as: UTF8.self)),
  ]

  private static let lmmsEvalReleases = [
    ("0.2.0", 1_718_219_639), ("0.2.2", 1_723_102_449), ("0.2.3", 1_725_189_621),
    ("0.2.4", 1_727_846_882), ("0.3.0", 1_732_873_532), ("0.3.1", 1_740_215_664),
    ("0.3.2", 1_743_941_476), ("0.3.3", 1_745_130_238), ("0.3.4", 1_748_535_825),
    ("0.3.5", 1_753_100_944), ("0.4", 1_753_847_939), ("0.4.1", 1_759_022_435),
    ("0.5", 1_759_814_356), ("0.6", 1_771_227_682), ("0.6.1", 1_771_486_906),
    ("0.7", 1_772_298_096), ("0.7.1", 1_773_565_776), ("0.7.2", 1_782_290_596),
  ]

  private static let vlmEvalKitReleases = [
    ("0.2rc1", 1_719_485_611), ("0.2", 1_742_646_665), ("0.3rc1", 1_750_503_329),
  ]

  /// The moment of a release; `0.3` is `0.3.0`.
  static func release(_ version: String, of evaluator: Evaluator) -> Int? {
    let releases = evaluator == .lmmsEval ? lmmsEvalReleases : vlmEvalKitReleases
    return [version, version + ".0"].lazy.compactMap { wanted in
      releases.first { $0.0 == wanted }?.1
    }.first
  }

  /// The moments of the commits that begin with these digits.
  func moments(ofCommit digits: String) -> [Int] {
    // Eight digits are kept, which no two of them share.
    let wanted = digits.prefix(8)
    return commits.split(separator: "\n").filter { $0.hasPrefix(wanted) }.compactMap { line in
      line.split(separator: " ").last.flatMap { Int($0, radix: 16) }
    }
  }

  /// The last commit that is known.
  var end: Int {
    commits.split(separator: "\n").compactMap { line in
      line.split(separator: " ").last.flatMap { Int($0, radix: 16) }
    }.max() ?? start
  }

  /// The last second of a day, `2025-04-30`, in UTC; nil for what is no day.
  static func endOfDay(_ text: String) -> Int? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts.map(\.count) == [4, 2, 2],
      parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }),
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
      let date = utc.date(from: DateComponents(year: year, month: month, day: day)),
      // The calendar takes the 31st of February for a day in March.
      utc.component(.day, from: date) == day, utc.component(.month, from: date) == month
    else { return nil }
    return Int(date.timeIntervalSince1970) + 86_399
  }

  /// The day of a moment: `2025-04-30`.
  static func day(of moment: Int) -> String {
    let parts = utc.dateComponents(
      [.year, .month, .day], from: Date(timeIntervalSince1970: Double(moment)))
    return String(format: "%04d-%02d-%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
  }

  private static let utc: Calendar = {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(secondsFromGMT: 0) ?? .gmt
    return calendar
  }()
}
