import Statistics
import Testing

/// What the gate promises, by simulation: seeded, so that the shares are always the same.
///
/// The data have the shape of DocVQA, smaller: questions on images of unequal size, a share of
/// flips, changes on one image correlated by drawing some of them once for the whole image.
@Suite struct HonestyTests {
  struct Shape: Sendable, CustomTestStringConvertible {
    var images = 300
    /// Questions per image: 1 to this.
    var most = 7
    var flips = 0.05
    var correlation: Double
    /// How much likelier a loss is than a gain, as a drop in points.
    var drop = 0.0

    var testDescription: String { "correlation \(correlation), drop \(drop)" }
  }

  private func uniform(_ random: inout Xoshiro256) -> Double {
    Double(random.next() >> 11) * 0x1p-53
  }

  /// Two runs; under no drop, flips go either way with the same probability.
  private func figure(_ shape: Shape, _ random: inout Xoshiro256) -> PairedFigure {
    var clusters: [String] = []
    var a: [Double] = []
    var b: [Double] = []
    let up = max(0, (shape.flips - shape.drop / 100) / 2)
    let down = up + shape.drop / 100
    for image in 0..<shape.images {
      let shared = uniform(&random)
      for _ in 0...random.below(UInt64(shape.most)) {
        // The image's own draw decides for all of its questions, or each question has its own.
        let draw = uniform(&random) < shape.correlation ? shared : uniform(&random)
        clusters.append("image-\(image)")
        if draw < down {
          a.append(1)
          b.append(0)
        } else if draw < down + up {
          a.append(0)
          b.append(1)
        } else {
          let both = draw < 0.7 ? 1.0 : 0.0
          a.append(both)
          b.append(both)
        }
      }
    }
    return PairedFigure(
      layout: ClusterLayout(strata: clusters.map { _ in "" }, clusters: clusters), a: a, b: b)
  }

  private func decide(_ figure: PairedFigure, margin: Double, label: String) -> Gate.Verdict {
    let changes = figure.changes(range: 1)
    var known = Gate.Figure(name: label)
    if let difference = figure.difference()?.scaled(by: 100) {
      known.difference = difference.value
      known.standardError = difference.standardError
      known.degreesOfFreedom = difference.degreesOfFreedom
    }
    known.lowerP = figure.signFlips(label: label, draws: 999).lowerP
    known.margin = margin
    known.losingClusters = changes.losingClusters
    known.gainingClusters = changes.gainingClusters
    known.largestStep = 100 * changes.largestStep
    known.compared = figure.layout.unitCount
    known.total = known.compared
    known.range = 100
    return Gate.decide([known]).overall
  }

  private func share(
    of verdict: Gate.Verdict, _ shape: Shape, margin: Double, repetitions: Int
  ) -> Double {
    var random = Xoshiro256(seed: 7, label: "honesty/\(shape.correlation)/\(shape.drop)")
    let hits = (0..<repetitions).count { repetition in
      decide(figure(shape, &random), margin: margin, label: "night-\(repetition)") == verdict
    }
    return Double(hits) / Double(repetitions)
  }

  /// 5 % and two and a half standard errors of 400 repetitions. A margin of 0 asks for nothing but
  /// a drop.
  @Test(arguments: [0, 0.3, 0.7]) func `a quiet night is called a regression in 5 % at most`(
    correlation: Double
  ) {
    let share = share(
      of: .regression, Shape(correlation: correlation), margin: 0, repetitions: 400)
    #expect(share <= 0.05 + 2.5 * (0.05 * 0.95 / 400).squareRoot())
    // A gate that never fires would pass the bound too.
    #expect(share > 0)
  }

  /// A true drop of the margin must not be called none in more than 5 %.
  @Test func `a drop of the margin is called no regression in 5 % at most`() {
    let shape = Shape(flips: 0.06, correlation: 0.3, drop: 1)
    let share = share(of: .noRegression, shape, margin: 1, repetitions: 400)
    #expect(share <= 0.05 + 2.5 * (0.05 * 0.95 / 400).squareRoot())
  }

  /// DocVQA's own numbers: 5,349 questions on 1,286 images.
  @Test func `a drop of two points on DocVQA's shape is found in 95 %`() {
    let shape = Shape(images: 1286, most: 7, flips: 0.04, correlation: 0.3, drop: 2)
    #expect(share(of: .regression, shape, margin: 0.5, repetitions: 60) >= 0.95)
  }

  @Test func `McNemar's test is not honest where questions share images`() {
    var random = Xoshiro256(seed: 7, label: "honesty/mcnemar")
    let rejections = (0..<400).count { _ in
      (figure(Shape(correlation: 0.7), &random).mcNemar?.lowerP ?? 1) <= 0.05
    }
    #expect(Double(rejections) / 400 > 0.09)
  }
}
