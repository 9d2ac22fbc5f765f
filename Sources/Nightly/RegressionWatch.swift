import Comparison
import Evaluation
import Foundation
import Metrics
import Statistics

/// Ends a benchmark as soon as it is clear that it got worse than the baseline
/// (docs/comparison.md, section 11).
///
/// Images come in an order that is drawn once. After each of them the e-value of the images that
/// lost and gained so far may be looked at; without a regression it ever reaches `m/alpha` with
/// probability at most `alpha/m`.
final class RegressionWatch: RunWatch {
  /// What was found when it was clear.
  struct Finding: Sendable, Equatable {
    var figure: String
    var images: Int
    var allImages: Int
    var losses: Int
    var gains: Int
    var eValue: Double
    var threshold: Double

    /// One sentence for people.
    var sentence: String {
      String(
        format: "%@ stopped after %d of %d images: %d got worse and %d better"
          + " (e-value %.4g, %.4g was asked for)", figure, images, allImages, losses, gains, eValue,
        threshold)
    }
  }

  private let baseline: ComparedRun
  private let benchmark: any Benchmark
  private let profile: Profile
  private let figures: [Figure]
  /// `m/alpha`.
  private let threshold: Double
  /// Places in the baseline's selection, per image.
  private var clusters: [[Int]] = []
  /// The image of each question that both nights have; an image's number is its place in the order.
  private var clusterOfID: [[UInt8]: Int] = [:]
  private var open: [Int] = []
  private var texts: [[UInt8]: Answer] = [:]
  private var losses: [Int]
  private var gains: [Int]
  private var done = 0
  private(set) var finding: Finding?

  /// - Parameters:
  ///   - tonight: what will be asked; a question that the baseline asked otherwise is not compared
  ///   - includes: whether a figure is one of the family, by its key
  ///   - threshold: `m/alpha`
  init(
    _ baseline: ComparedRun, tonight: [RunQuestion], seed: UInt64, threshold: Double,
    includes: (String) -> Bool
  ) {
    self.baseline = baseline
    benchmark = baseline.benchmark
    profile = baseline.scores.profile
    self.threshold = threshold
    let asked = baseline.answers.asked
    figures = benchmark.figures(of: baseline.answers.selected.map(\.sample)).filter {
      $0.margin != nil && includes("\(baseline.benchmark.name)/\($0.name)")
    }
    losses = figures.map { _ in 0 }
    gains = losses
    let now = Dictionary(
      tonight.map { (Array($0.id.utf8), $0) }, uniquingKeysWith: { first, _ in first })
    let images = baseline.answers.images(in: benchmark)
    var places: [[UInt8]: Int] = [:]
    var members: [(key: [UInt8], places: [Int])] = []
    for (place, question) in asked.enumerated() {
      let id = Array(question.id.utf8)
      guard let other = now[id], other.prompt == question.prompt,
        other.sample.references.elementsEqual(
          question.sample.references, by: { $0.utf8.elementsEqual($1.utf8) })
      else { continue }
      // An image that nobody knows is its own.
      let key = images[place].map { Array($0.utf8) } ?? [0] + id
      if let known = places[key] {
        members[known].places.append(place)
      } else {
        places[key] = members.count
        members.append((key, [place]))
      }
    }
    members.sort { $0.key.lexicographicallyPrecedes($1.key) }
    var random = Xoshiro256(seed: seed, label: benchmark.name + "/order")
    random.shuffle(&members)
    clusters = members.map(\.places)
    open = clusters.map(\.count)
    for (number, places) in clusters.enumerated() {
      for place in places { clusterOfID[Array(asked[place].id.utf8)] = number }
    }
  }

  /// Questions that the baseline lacks say nothing, and come last.
  func place(of id: String) -> Int { clusterOfID[Array(id.utf8)] ?? .max }

  func received(_ answers: [(id: String, answer: Answer)]) throws(RunEnd) {
    for (id, answer) in answers {
      let key = Array(id.utf8)
      guard let cluster = clusterOfID[key], texts[key] == nil else { continue }
      texts[key] = answer
      open[cluster] -= 1
      if open[cluster] > 0 { continue }
      done += 1
      count(cluster)
      try check()
    }
  }

  /// Adds an image whose questions are all answered.
  private func count(_ cluster: Int) {
    let places = clusters[cluster]
    let samples = places.map { baseline.scores.samples[$0] }
    let rows = samples.map { FigureRow(sample: $0.scored.sample, image: "\(cluster)") }
    let before = samples.map(\.scored.score)
    let now = samples.map { sample -> MetricScore in
      guard let answer = texts[Array(sample.scored.sample.id.utf8)], answer.failure == nil else {
        return MetricScore(value: benchmark.scoreWithoutAnswer, rule: "failed")
      }
      return benchmark.evaluated(answer.text, for: sample.scored.sample, profile: profile)
    }
    for (place, figure) in figures.enumerated() {
      let units = figure.paired(rows, a: before, b: now)
      guard units.isDefined else { continue }
      let changes = units.figure.changes(range: figure.unitRange)
      losses[place] += changes.losingClusters
      gains[place] += changes.gainingClusters
    }
  }

  private func check() throws(RunEnd) {
    for (place, figure) in figures.enumerated() where finding == nil {
      // More losses than gains are needed first, and the sum is dear.
      guard losses[place] > gains[place] else { continue }
      let e = RunningEvidence.eValue(losses: losses[place], gains: gains[place])
      guard e >= threshold else { continue }
      finding = Finding(
        figure: "\(benchmark.title) \(figure.name)", images: done, allImages: clusters.count,
        losses: losses[place], gains: gains[place], eValue: e, threshold: threshold)
    }
    if let finding { throw RunEnd(.limit, NightlyError(.regressed, finding.sentence)) }
  }
}
