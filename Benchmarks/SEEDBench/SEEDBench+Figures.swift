import DataFormats
import Evaluation

extension SEEDBench {
  public func figures(of samples: [Sample]) -> [Figure] {
    let count = samples.count(where: Self.isVideo)
    var figures: [Figure] = []
    if count == 0 || count < samples.count {
      figures.append(
        .mean(
          "seed_image", points: 100, role: .gate(margin: 0.5),
          includes: { !Self.isVideo($0) }))
    }
    if count > 0 {
      figures.append(
        .mean(
          "seed_video", points: 100, role: figures.isEmpty ? .gate(margin: 0.5) : .exploration,
          includes: { Self.isVideo($0) }))
      figures.append(.mean("seed_all", points: 100, role: .exploration))
    }
    return figures + Figure.means(of: samples, by: "category")
  }

  static func isVideo(_ sample: Sample) -> Bool {
    sample.metadata[typeKey]?.stringValue == "video"
  }
}
