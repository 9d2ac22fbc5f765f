// Another figure of a benchmark that is there: the same data, prompts and answers, scored by the
// share of predictions of one word.
//
//   swift run add-a-metric RUN_DIRECTORY

import Benchmarks
import Evaluation
import Foundation
import Metrics

/// Any benchmark, scored by whether the answer is one word.
struct OneWord: Benchmark {
  let base: any Benchmark

  var name: String { base.name }
  var title: String { base.title + ", one word" }
  var split: String { base.split }
  var version: Int { base.version }
  var publishedCount: Int? { base.publishedCount }
  var formats: [DataLayout] { base.formats }

  func prompt(for sample: Sample) -> Prompt { base.prompt(for: sample) }

  func score(_ prediction: String, for sample: Sample, profile: Profile) -> MetricScore {
    let words = prediction.split(separator: " ").count
    return MetricScore(value: words == 1 ? 1 : 0, rule: "\(words) words")
  }

  func aggregate(_ scored: [ScoredSample], profile: Profile) -> [MetricRow] {
    [.mean("one_word", of: scored, paperFactor: 100)]
  }
}

guard CommandLine.arguments.count == 2 else {
  print("usage: add-a-metric RUN_DIRECTORY")
  exit(2)
}
let run = try RunDirectory(opening: CommandLine.arguments[1])
let benchmark = OneWord(base: try BenchmarkRegistry.named(run.manifest.benchmark))
let scores = try RunScores(run, benchmark: benchmark, profile: .lmmsEval)
for figure in scores.metrics {
  print(benchmark.title, figure.name, figure.value * figure.paperFactor, "of", figure.paperMaximum)
}
