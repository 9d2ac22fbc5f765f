// Scores a file of anybody's answers to a benchmark: the library's part of `proxyv-eval score`.
//
//   score-a-file docvqa FILE

import Benchmarks
import Evaluation
import Exchange
import Foundation

guard CommandLine.arguments.count == 3 else {
  print("usage: score-a-file BENCHMARK FILE")
  exit(2)
}
let benchmark = try BenchmarkRegistry.named(CommandLine.arguments[1])
let file = try AnswerFile(
  CommandLine.arguments[2], benchmark: benchmark, formats: BenchmarkRegistry.answerFormats)
let joined = try JoinedAnswers(file, benchmark: benchmark, data: nil)
let scores = RunScores(joined, benchmark: benchmark, profile: .lmmsEval)
for figure in scores.metrics { print("\(benchmark.title) \(figure.name): \(figure.value)") }
