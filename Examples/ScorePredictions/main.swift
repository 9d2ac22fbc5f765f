// Scores predictions by an evaluator's own rules: JSON Lines of `prediction` and `answers` on
// standard input, one score per line, and the mean.
//
//   echo '{"prediction": "Lee Waller", "answers": ["Lee A. Waller"]}' | swift run score-predictions

import Foundation
import Metrics

struct Prediction: Decodable {
  let prediction: String
  let answers: [String]
}

var scores: [MetricScore] = []
while let line = readLine() {
  let entry = try JSONDecoder().decode(Prediction.self, from: Data(line.utf8))
  let score = ANLS.score(
    prediction: entry.prediction, answers: entry.answers, profile: .lmmsEval)
  print(score.value, score.rule)
  scores.append(score)
}
print("mean of \(scores.count):", scores.reduce(0) { $0 + $1.value } / Double(max(1, scores.count)))
