import DataFormats
import Evaluation
import Metrics

// What lmms-eval calls each benchmark's task and logs for each sample, so that its tools read our
// exports.

extension DocVQA {
  public var lmmsEvalTask: String { "docvqa_val" }

  public func lmmsEvalMetrics(
    of scored: ScoredSample, prediction: String
  ) -> [(name: String, value: JSONValue)] {
    [("anls", .number(scored.score.value))]
  }
}

extension InfoVQA {
  public var lmmsEvalTask: String { "infovqa_val" }

  public func lmmsEvalMetrics(
    of scored: ScoredSample, prediction: String
  ) -> [(name: String, value: JSONValue)] {
    [("anls", .number(scored.score.value))]
  }
}

extension ChartQA {
  /// A sample's half has a figure of its own.
  public func lmmsEvalMetrics(
    of scored: ScoredSample, prediction: String
  ) -> [(name: String, value: JSONValue)] {
    let half = scored.sample.metadata["split"]?.stringValue
    return [("relaxed_overall", .number(scored.score.value))]
      + (half.map { [("relaxed_\($0)_split", .number(scored.score.value))] } ?? [])
  }
}

extension TextVQA {
  public var lmmsEvalTask: String { "textvqa_val" }

  public func lmmsEvalMetrics(
    of scored: ScoredSample, prediction: String
  ) -> [(name: String, value: JSONValue)] {
    [
      ("exact_match", .number(scored.score.value)),
      (
        "submission",
        [
          "question_id": .string(scored.sample.id),
          "answer": .string(scored.score.extracted ?? prediction),
        ]
      ),
    ]
  }
}

extension OCRBench {
  public func lmmsEvalMetrics(
    of scored: ScoredSample, prediction: String
  ) -> [(name: String, value: JSONValue)] {
    [
      (
        "ocrbench_accuracy",
        [
          "question_type": scored.sample.metadata["question_type"] ?? "",
          "score": .number(scored.score.value), "prediction": .string(prediction),
          "ground_truth": .array(scored.sample.references.map { .string($0) }),
        ]
      )
    ]
  }

  /// The share of hits in a thousand.
  public func lmmsEvalResults(_ rows: [MetricRow]) -> [(name: String, value: Double)] {
    rows.prefix(1).map { ("ocrbench_accuracy", $0.value / 1000) }
  }
}

extension MMBench {
  public var lmmsEvalTask: String { "mmbench_en_dev" }

  public func lmmsEvalMetrics(
    of scored: ScoredSample, prediction: String
  ) -> [(name: String, value: JSONValue)] {
    let sample = scored.sample
    var record: JSONValue = [
      "index": Int(sample.id).map { .integer($0) } ?? .string(sample.id),
      "question": .string(sample.question),
      "answer": .string(sample.references.first ?? ""), "prediction": .string(prediction),
      "hint": sample.metadata["hint"] ?? "nan",
      "split": "dev", "category": sample.metadata["category"] ?? "",
      "L2-category": sample.metadata["l2-category"] ?? "",
    ]
    if case .object(var members) = record {
      for letter in Self.letters { members[letter] = sample.metadata[letter] ?? "nan" }
      record = .object(members)
    }
    return [("gpt_eval_score", record)]
  }

  /// In percent.
  public func lmmsEvalResults(_ rows: [MetricRow]) -> [(name: String, value: Double)] {
    rows.prefix(1).map { ("gpt_eval_score", $0.value * 100) }
  }
}

extension MME {
  public func lmmsEvalMetrics(
    of scored: ScoredSample, prediction: String
  ) -> [(name: String, value: JSONValue)] {
    let category = scored.sample.metadata["category"]?.stringValue ?? ""
    let half =
      MMESummary.cognitionCategories.contains(category)
      ? "mme_cognition_score" : "mme_perception_score"
    return [
      (
        half,
        [
          "question_id": scored.sample.metadata["pair"] ?? .string(scored.sample.id),
          "category": .string(category),
          "score": .number(scored.score.value),
        ]
      )
    ]
  }
}

extension RefCOCO {
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
