// Reads a run directory: who answered, what was asked and answered, and how it scores.
//
//   swift run read-a-run RUN_DIRECTORY

import Benchmarks
import Evaluation
import Foundation

guard CommandLine.arguments.count == 2 else {
  print("usage: read-a-run RUN_DIRECTORY")
  exit(2)
}
let run = try RunDirectory(opening: CommandLine.arguments[1])
for property in run.manifest.model.properties { print("\(property.name): \(property.value)") }
let benchmark = try BenchmarkRegistry.named(run.manifest.benchmark)
let scores = try RunScores(run, benchmark: benchmark, profile: .lmmsEval)
for (scored, answer) in scores.samples.prefix(5) {
  let text = answer.map { $0.failure?.message ?? $0.text } ?? "no answer"
  print(
    "\(scored.sample.id)  \(text.debugDescription)  \(scored.score.value)  \(scored.score.rule)")
}
for figure in scores.metrics.prefix(1) {
  print("\(benchmark.title) \(figure.name): \(figure.value * figure.paperFactor)")
}
print(scores.ledger.summary)
