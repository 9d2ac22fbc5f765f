import DataFormats
import Evaluation

/// What the answers of served models took: tokens, time, attempts, money.
///
/// It stands beside the scores and not in `scores.json`: no two runs take the same time, and the
/// scores of the same answers are to be the same bytes.
public enum ServiceReport {
  /// Sums and percentiles over the answers that a server gave.
  struct Summary {
    var answers = 0
    var promptTokens = 0
    var completionTokens = 0
    /// Answers of which the server did not say how many tokens they took.
    var uncounted = 0
    var attempts = 0
    var latencies: [Double] = []
    var firstTokens: [Double] = []
    var cost: Double?

    /// Nil where no answer came from a server.
    init?(_ answers: some Sequence<Answer>) {
      for answer in answers {
        guard let service = answer.service else { continue }
        attempts += service.attempts
        guard answer.failure == nil else { continue }
        self.answers += 1
        if let prompt = service.promptTokens, let completion = service.completionTokens {
          promptTokens += prompt
          completionTokens += completion
        } else {
          uncounted += 1
        }
        latencies.append(service.latency)
        if let first = service.timeToFirstToken { firstTokens.append(first) }
        if let cost = service.cost { self.cost = (self.cost ?? 0) + cost }
      }
      guard attempts > 0 else { return nil }
      latencies.sort()
      firstTokens.sort()
    }

    /// The smallest value that at least the share `p` of all values does not exceed.
    static func percentile(_ p: Double, of sorted: [Double]) -> Double? {
      guard !sorted.isEmpty else { return nil }
      let place = Int((p * Double(sorted.count)).rounded(.up)) - 1
      return sorted[max(0, min(sorted.count - 1, place))]
    }

    var json: JSONValue {
      func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
      return [
        "answers": .integer(answers), "prompt_tokens": .integer(promptTokens),
        "completion_tokens": .integer(completionTokens),
        "answers_without_token_counts": .integer(uncounted), "attempts": .integer(attempts),
        "latency_median": number(Self.percentile(0.5, of: latencies)),
        "latency_p95": number(Self.percentile(0.95, of: latencies)),
        "time_to_first_token_median": number(Self.percentile(0.5, of: firstTokens)),
        "time_to_first_token_p95": number(Self.percentile(0.95, of: firstTokens)),
        "cost": number(cost),
      ]
    }
  }

  /// A run's scores, with `service` where a server answered.
  static func json(_ run: ScoredRun) -> JSONValue {
    guard let summary = summary(run), case .object(var members) = run.json else { return run.json }
    members["service"] = summary.json
    return .object(members)
  }

  /// A table with a row per run that a server answered; nil without one.
  static func table(_ runs: [ScoredRun]) -> ResultTable? {
    let served = runs.compactMap { run in summary(run).map { (run.benchmark.title, $0) } }
    guard !served.isEmpty else { return nil }
    var table = ResultTable(columns: [
      .init("Served", importance: .essential),
      .init("Answers", alignment: .right, importance: .high),
      .init("Prompt tokens", alignment: .right, importance: .high),
      .init("New tokens", alignment: .right, importance: .high),
      .init("Requests", alignment: .right, importance: .normal),
      .init("Latency median, s", alignment: .right, importance: .normal),
      .init("Latency p95, s", title: "p95, s", alignment: .right, importance: .low),
      .init("First token median, s", alignment: .right, importance: .low),
      .init("First token p95, s", title: "p95, s", alignment: .right, importance: .detail),
      .init("Cost", alignment: .right, importance: .high),
    ])
    for (title, summary) in served {
      table.append([
        "Served": .text(title), "Answers": .integer(summary.answers),
        "Prompt tokens": tokens(summary.promptTokens, summary),
        "New tokens": tokens(summary.completionTokens, summary),
        "Requests": .integer(summary.attempts),
        "Latency median, s": seconds(Summary.percentile(0.5, of: summary.latencies)),
        "Latency p95, s": seconds(Summary.percentile(0.95, of: summary.latencies)),
        "First token median, s": seconds(Summary.percentile(0.5, of: summary.firstTokens)),
        "First token p95, s": seconds(Summary.percentile(0.95, of: summary.firstTokens)),
        "Cost": summary.cost.map { .number($0, decimals: 4) } ?? .empty,
      ])
    }
    return table
  }

  /// A sum over the answers of which the server said how many tokens they took.
  private static func tokens(_ count: Int, _ summary: Summary) -> ResultTable.Cell {
    guard summary.uncounted < summary.answers else { return .text("not said") }
    return summary.uncounted > 0 ? .text("\(count) or more") : .integer(count)
  }

  private static func summary(_ run: ScoredRun) -> Summary? {
    run.scores.first.flatMap { Summary($0.samples.compactMap(\.answer)) }
  }

  private static func seconds(_ value: Double?) -> ResultTable.Cell {
    value.map { .number($0, decimals: 2) } ?? .empty
  }
}
