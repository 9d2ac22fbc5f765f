public import DataFormats
import Foundation
import Metrics

/// Which evaluators' rules, of which time, give a figure that somebody published for the same
/// answers.
public struct FigureMatch: Sendable {
  /// A published figure with the decimals that were printed: `54.046` agrees with 54.04551.
  public struct Figure: Sendable, Equatable {
    public let text: String
    let value: Double
    let tolerance: Double

    /// nil for what is no plain decimal number.
    public init?(_ text: String) {
      let parts = text.split(separator: ".", omittingEmptySubsequences: false)
      guard parts.count <= 2, let value = Double(text), value.isFinite,
        parts.joined().allSatisfy({ $0.isASCII && $0.isNumber })
      else { return nil }
      self.text = text
      self.value = value
      tolerance = 0.5 * pow(10, -Double(parts.count == 2 ? parts[1].count : 0)) + 1e-9
    }

    /// On the scale that papers print, or on the evaluator's own.
    func agrees(with row: MetricRow) -> Bool {
      abs(row.value * row.paperFactor - value) <= tolerance || abs(row.value - value) <= tolerance
    }
  }

  /// What the rules of one era give.
  public struct Candidate: Sendable {
    public let era: ProfileEra
    /// The headline figure.
    public let headline: MetricRow
    /// The figures that agree.
    public let agreeing: [MetricRow]
  }

  public let benchmark: any Benchmark
  public let figure: Figure
  public let candidates: [Candidate]

  public init(_ answers: RunAnswers, benchmark: any Benchmark, figure: Figure) {
    self.benchmark = benchmark
    self.figure = figure
    candidates = benchmark.eras.compactMap { era in
      let metrics = RunScores(answers, benchmark: benchmark, profile: era.profile).metrics
      return metrics.first.map {
        Candidate(era: era, headline: $0, agreeing: metrics.filter(figure.agrees))
      }
    }
  }

  /// One sentence: who agrees, or who comes nearest.
  public var summary: String {
    let found = candidates.filter { !$0.agreeing.isEmpty }
    guard found.isEmpty else {
      let rules = found.map { candidate in
        let names = candidate.agreeing.map(\.name).joined(separator: ", ")
        return "\(candidate.era.profile.evaluator.rawValue) \(candidate.era.time) (\(names);"
          + " --profile \(candidate.era.profile.rawValue))"
      }
      return "\(benchmark.title): \(figure.text) is what these rules give: "
        + rules.joined(separator: "; ")
    }
    func distance(_ candidate: Candidate) -> Double {
      abs(candidate.headline.value * candidate.headline.paperFactor - figure.value)
    }
    let nearest = candidates.filter { !distance($0).isNaN }.min { distance($0) < distance($1) }
    return "\(benchmark.title): no rules that are known here give \(figure.text)"
      + (nearest.map {
        "; the nearest are those of \($0.era.profile.rawValue) with \($0.headline.name) "
          + String(format: "%g", $0.headline.value * $0.headline.paperFactor)
      } ?? "")
  }

  public var json: JSONValue {
    [
      "benchmark": .string(benchmark.name), "figure": .string(figure.text),
      "candidates": .array(
        candidates.map { candidate in
          [
            "profile": .string(candidate.era.profile.rawValue),
            "from": candidate.era.from.map { .string($0) } ?? .null,
            "until": candidate.era.until.map { .string($0) } ?? .null,
            "name": .string(candidate.headline.name),
            "paper_value": .number(candidate.headline.value * candidate.headline.paperFactor),
            "agrees": .bool(!candidate.agreeing.isEmpty),
            "agreeing": .array(candidate.agreeing.map { .string($0.name) }),
          ]
        }),
    ]
  }
}
