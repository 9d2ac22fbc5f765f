import DataFormats
import Evaluation
import Exchange
import Metrics

extension RefCOCO: LMMsEvalTask {
  public var lmmsEvalTask: String { "refcoco_bbox_rec" }

  /// The reference as corners relative to the image.
  public func lmmsEvalMetrics(
    of scored: ScoredSample, prediction: String
  ) -> [(name: String, value: JSONValue)] {
    let sample = scored.sample
    guard let box = sample.metadata["box"]?.arrayValue?.compactMap(\.doubleValue), box.count == 4,
      let width = sample.metadata["width"]?.doubleValue,
      let height = sample.metadata["height"]?.doubleValue, width > 0, height > 0
    else { return [] }
    let predicted = (BoxParser.box(in: prediction, profile: .lmmsEval) ?? .zero).numbers
    return [
      (
        "refcoco_ACC@0.5",
        [
          "answer": .string(sample.question), "pred": .array(predicted.map { .number($0) }),
          "ann_id": .string(sample.id), "split": sample.metadata["split"] ?? "",
          "bbox": .array(zip(box, [width, height, width, height]).map { .number($0 / $1) }),
        ]
      )
    ]
  }
}
