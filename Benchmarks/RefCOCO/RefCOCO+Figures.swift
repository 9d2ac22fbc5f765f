import DataFormats
import Evaluation

extension RefCOCO {
  /// A photograph has several objects, and an object several expressions.
  public var sharesImages: Bool { true }

  /// The mean of the splits' means, not of all rows: each split that is there has the same share.
  public func figures(of samples: [Sample]) -> [Figure] {
    let present = Self.splits.filter { split in
      samples.contains { $0.metadata["split"]?.stringValue == split }
    }
    // Answers whose file names no split: one mean over all.
    if present.isEmpty {
      return [.mean("refcoco_ACC@0.5", points: 100, role: .gate(margin: 0.5))]
    }
    let overall = Figure(
      name: "refcoco_ACC@0.5", points: 100, role: .gate(margin: 0.5), weights: .equalShares,
      place: { sample in
        present.first { sample.metadata["split"]?.stringValue == $0 }.map {
          Figure.Place(stratum: $0)
        }
      }, value: { $0.first?.score.value })
    return [overall]
      + present.map { split in
        .mean(
          "refcoco_ACC@0.5_\(split)", points: 100, role: .exploration,
          includes: { $0.metadata["split"]?.stringValue == split })
      }
  }

  /// All objects of one photograph: the last `_k` of `COCO_train2014_000000581857_2.jpg` numbers
  /// them, and the split stands before the name.
  public func photograph(_ identity: String) -> String {
    guard let match = identity.firstMatch(of: #/(COCO_[a-z]+\d{4}_\d{12})(?:_\d+)?(?:\.[a-z]+)?$/#)
    else { return identity }
    return String(match.1)
  }
}
