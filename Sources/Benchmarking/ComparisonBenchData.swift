import Statistics

/// Two runs of DocVQA's size: 5,349 graded answers on 1,286 images, of which every sixth changed.
struct ComparisonBenchData {
  let clusters: [String]
  let a: [Double]
  let b: [Double]

  init(answers: Int = 5349, images: Int = 1286) {
    var random = Xoshiro256(seed: 1, label: "bench/comparison")
    var clusters: [String] = []
    var a: [Double] = []
    var b: [Double] = []
    for _ in 0..<answers {
      clusters.append("page-\(random.below(UInt64(images)))")
      let score = Double(random.below(3)) / 2
      a.append(score)
      b.append(random.below(6) == 0 ? Double(random.below(3)) / 2 : score)
    }
    self.clusters = clusters
    self.a = a
    self.b = b
  }

  /// Everything that a comparison computes of one figure; returns the mean difference.
  func compare(replicates: Int = 10_000, draws: Int = 9999) -> Double {
    let layout = ClusterLayout(strata: clusters.map { _ in "" }, clusters: clusters)
    let figure = PairedFigure(layout: layout, a: a, b: b)
    let flips = figure.signFlips(label: "bench/figure", draws: draws)
    let bootstrap = figure.bootstrap(label: "bench/figure", replicates: replicates)
    let sides = [layout.estimate(a), layout.estimate(b)].compactMap { $0?.value }
    let difference = figure.difference()?.value ?? .nan
    // Nothing may be left out as unused.
    return sides.count == 2 && flips.draws == draws && bootstrap != nil ? difference : .nan
  }
}
