import DataFormats
import Evaluation
import Foundation

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

  /// A table with a row per run that a server answered, after an empty line; empty without one.
  static func markdown(_ runs: [ScoredRun]) -> String {
    let served = runs.compactMap { run in summary(run).map { (run.benchmark.title, $0) } }
    guard !served.isEmpty else { return "" }
    var table = MarkdownTable([
      ("Served", .left), ("Answers", .right), ("Prompt tokens", .right), ("New tokens", .right),
      ("Requests", .right), ("Latency median, s", .right), ("p95, s", .right),
      ("First token median, s", .right), ("p95, s", .right), ("Cost", .right),
    ])
    for (title, summary) in served {
      let isCounted = summary.uncounted < summary.answers
      let mark = isCounted && summary.uncounted > 0 ? " or more" : ""
      table.append([
        title, String(summary.answers), isCounted ? "\(summary.promptTokens)\(mark)" : "not said",
        isCounted ? "\(summary.completionTokens)\(mark)" : "not said", String(summary.attempts),
        seconds(Summary.percentile(0.5, of: summary.latencies)),
        seconds(Summary.percentile(0.95, of: summary.latencies)),
        seconds(Summary.percentile(0.5, of: summary.firstTokens)),
        seconds(Summary.percentile(0.95, of: summary.firstTokens)),
        summary.cost.map { String(format: "%.4f", $0) } ?? "",
      ])
    }
    return "\n" + table.text
  }

  private static func summary(_ run: ScoredRun) -> Summary? {
    run.scores.first.flatMap { Summary($0.samples.compactMap(\.answer)) }
  }

  private static func seconds(_ value: Double?) -> String {
    value.map { String(format: "%.2f", $0) } ?? ""
  }
}
