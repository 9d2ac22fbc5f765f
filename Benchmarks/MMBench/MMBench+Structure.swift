import Evaluation
import PythonText

extension MMBench {
  /// Circular evaluation needs every question once per option, with the options rotated, and its
  /// base row.
  ///
  /// A question with fewer rotations is easier than published; one without its base row is dropped
  /// by every evaluator.
  public func structuralFaults(of samples: [Sample]) -> [DataFault] {
    var groups: [Int: [Int: Sample]] = [:]
    for sample in samples {
      guard let index = Int(sample.id), index >= 0 else { continue }
      groups[index % Self.rotationStep, default: [:]][index / Self.rotationStep] = sample
    }
    var withoutBase: [String] = []
    var missing: [String] = []
    var unexpected: [String] = []
    var different: [String] = []
    for (base, rotations) in groups.sorted(by: { $0.key < $1.key }) {
      guard let first = rotations[0] else {
        withoutBase.append("\(base)")
        continue
      }
      let options = Self.optionTexts(first)
      let absent = (0..<max(1, options.count)).filter { rotations[$0] == nil }
      if !absent.isEmpty {
        missing.append(
          "\(base) lacks "
            + absent.map { "\(base + $0 * Self.rotationStep)" }.joined(separator: ", "))
      }
      let extra = rotations.keys.filter { $0 >= max(1, options.count) }.sorted()
      if !extra.isEmpty {
        unexpected.append(
          "\(base) has \(options.count) options and also "
            + extra.map { "\(base + $0 * Self.rotationStep)" }.joined(separator: ", "))
      }
      for (rotation, sample) in rotations.sorted(by: { $0.key < $1.key })
      where !extra.contains(rotation) && Self.optionTexts(sample).sorted() != options.sorted() {
        different.append(sample.id)
      }
    }
    return [
      DataFault(
        kind: "missing-base-rows",
        summary: "\(withoutBase.count) questions lack their base row and drop out of the figures",
        places: withoutBase),
      DataFault(
        kind: "missing-rotations",
        summary: "\(missing.count) questions lack rotations of their options", places: missing),
      DataFault(
        kind: "unexpected-rotations",
        summary: "\(unexpected.count) questions have more rotations than options",
        places: unexpected),
      DataFault(
        kind: "different-options",
        summary: "\(different.count) rotations have other options than their base row",
        places: different),
    ].filter { !$0.places.isEmpty }
  }

  /// The options that there are; parquet files write a missing one as `nan`.
  private static func optionTexts(_ sample: Sample) -> [String] {
    letters.compactMap { sample.metadata[$0]?.stringValue }.filter {
      !$0.isEmpty && PythonString($0) != "nan"
    }
  }
}
