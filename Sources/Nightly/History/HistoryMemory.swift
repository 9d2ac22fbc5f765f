import Evaluation
import Metrics

/// What nights have in common: nearly always the questions, mostly the answers.
///
/// A score is a pure function of question and text, so that a text that comes again is not scored
/// again. Used by one thread at a time.
final class HistoryMemory {
  /// The last text that answered each question, with its score.
  typealias Memo = [(text: String, score: MetricScore)?]

  private var directories: [String: RunDirectory] = [:]
  private var memos: [String: Memo] = [:]

  /// Opens a run; the questions of the last one of the same model and benchmark are taken over
  /// where they are the same.
  func opened(_ folder: String, of model: String) throws -> RunDirectory {
    let name = folder.split(separator: "/").last.map(String.init) ?? ""
    let key = model + "/" + name
    let before = directories[key]
    let directory = try RunDirectory(opening: folder, like: before)
    if before?.manifest.questionsHash != directory.manifest.questionsHash {
      memos = memos.filter { !$0.key.hasPrefix(key + " ") }
    }
    directories[key] = directory
    return directory
  }

  /// Scores the answers of a run.
  func scores(
    of chosen: [(place: Int, sample: Sample, answer: BriefAnswer?)], in directory: RunDirectory,
    model: String, benchmark: any Benchmark, profile: Profile
  ) -> [MetricScore] {
    let key = "\(model)/\(benchmark.name) \(profile.rawValue)"
    var memo = memos.removeValue(forKey: key) ?? []
    if memo.count != directory.questions.count {
      memo = Array(repeating: nil, count: directory.questions.count)
    }
    let missing = MetricScore(value: benchmark.scoreWithoutAnswer, rule: "missing")
    let scores = chosen.map { place, sample, answer -> MetricScore in
      guard let answer, answer.failureCode == nil else { return missing }
      if let known = memo[place], known.text.utf8.elementsEqual(answer.text.utf8) {
        return known.score
      }
      let score = benchmark.evaluated(answer.text, for: sample, profile: profile)
      memo[place] = (answer.text, score)
      return score
    }
    memos[key] = memo
    return scores
  }
}
