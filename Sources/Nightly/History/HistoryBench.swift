import Benchmarks
import DataFormats
import Evaluation
import Foundation
import Statistics

/// Nights of a size that nobody has at hand, to measure how fast a history is made of them.
///
///     let bench = HistoryBench(nights: 365, answers: 1000, data: "Samples")
///     let root = try bench.write(to: "/tmp/nights")
///     _ = try History.rebuilt(root, note: { print($0) })
public struct HistoryBench {
  public let nights: Int
  public let answers: Int
  let data: String

  /// - Parameters:
  ///   - answers: of every benchmark in every night
  ///   - data: the folder whose questions are asked over and over
  public init(nights: Int, answers: Int, data: String) {
    self.nights = nights
    self.answers = answers
    self.data = data
  }

  /// Writes the nights: in each one answer of thirty is another one than the night before, and all
  /// took another time.
  /// - Returns: the root, with how many runs lie there
  public func write(to folder: String) throws -> (root: NightlyRoot, runs: Int) {
    let root = NightlyRoot(folder)
    let opened = try BenchmarkRegistry.data(in: data, benchmark: nil)
    var random = Xoshiro256(seed: 1, label: "bench/history")
    var states = opened.map { benchmark, data in
      State(benchmark, samples: data.samples, count: answers)
    }
    var day = DateComponents(year: 2025, month: 1, day: 1)
    let calendar = Calendar(identifier: .gregorian)
    for night in 0..<nights {
      day.day = 1 + night
      let date = calendar.date(from: day) ?? Date()
      let name = NightFolder.newName(at: date, after: [])
      let folder = NightFolder(path: root.nightsFolder + "/" + name, name: name)
      for place in states.indices {
        try states[place].write(to: folder, random: &random)
      }
      let record = NightRecord(
        night: name, started: date.formatted(.iso8601), ended: date.formatted(.iso8601),
        verdict: .noBaseline, exitCode: 0, sentence: "", codeVersion: "\(night / 30)",
        parts: states.map {
          NightRecord.Part(
            model: "model", benchmark: $0.benchmark.name, profile: "lmms-eval", seconds: 1,
            answered: answers, selected: answers, figures: [])
        }, baseline: [], previous: [], alarms: [])
      try Self.put(record.json.text(indented: true), in: folder.recordPath)
    }
    return (root, nights * states.count)
  }

  private static func put(_ text: String, in file: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
  }

  /// A benchmark's questions with their present answers.
  private struct State {
    let benchmark: any Benchmark
    let questions: [RunQuestion]
    let manifest: String
    let questionsText: String
    var texts: [String]

    init(_ benchmark: any Benchmark, samples: [Sample], count: Int) {
      self.benchmark = benchmark
      questions = (0..<count).map { place in
        var sample = samples[place % samples.count]
        sample.id += "-\(place / samples.count)"
        var question = RunQuestion(sample, prompt: benchmark.prompt(for: sample))
        question.imageIdentity = question.imageIdentity.map { "\($0)-\(place / samples.count)" }
        return question
      }
      let manifest = RunManifest(
        benchmark: benchmark, dataFolder: "made up", dataLayout: "made up", questions: questions,
        model: ModelIdentity([("kind", "made up")]), selection: .all)
      self.manifest = manifest.json.text(indented: true)
      questionsText = questions.map { $0.json.text() + "\n" }.joined()
      texts = questions.map { $0.references.first ?? "yes" }
    }

    mutating func write(to night: NightFolder, random: inout Xoshiro256) throws {
      let path = night.runPath(NightPart(model: "model", benchmark: benchmark.name))
      try FileManager.default.createDirectory(
        atPath: path + "/answers", withIntermediateDirectories: true)
      try HistoryBench.put(manifest, in: path + "/run.json")
      try HistoryBench.put(questionsText, in: path + "/questions.jsonl")
      var lines = ""
      for place in questions.indices {
        if random.below(30) == 0 {
          texts[place] = random.below(2) == 0 ? questions[place].references.first ?? "yes" : "no"
        }
        let time = Double(random.below(1_000_000)) / 1_000_000
        var answer = Answer(
          text: texts[place], tokenIDs: (0..<12).map { 1_000 + 7 * $0 + place % 5 },
          counts: Answer.Counts(crops: 5, visionTokens: 2_880, textTokens: 61, imagesEncoded: 1),
          seconds: Answer.Seconds(decode: time, encode: time, prefill: time, generate: time))
        answer.imageHash = String(repeating: "0", count: 56) + String(format: "%08x", place / 2)
        lines += answer.json(id: questions[place].id).text() + "\n"
      }
      try HistoryBench.put(lines, in: path + "/answers/answers.0-of-1.jsonl")
    }
  }
}
