import DataFormats
import Diagnostics
import Evaluation
import Foundation
import Images
import Metrics

/// RefCOCO, testA and testB: finding the region that an expression describes, scored by IoU of at
/// least 0.5 (docs/metrics.md, section 8). The paper's figure is the mean of both splits.
public struct RefCOCO: Benchmark, BoxScored {
  /// What a model's coordinates are relative to; the image, as lmms-eval assumes, unless set.
  public let boxSpace: BoxIoU.Space
  /// Which of the three sets of expressions is asked.
  public let dataSet: DataSet

  public init(boxSpace: BoxIoU.Space = .image, dataSet: DataSet = .refCOCO) {
    self.boxSpace = boxSpace
    self.dataSet = dataSet
  }

  public func scored(in space: BoxIoU.Space) -> RefCOCO {
    RefCOCO(boxSpace: space, dataSet: dataSet)
  }

  public let name = "refcoco"
  public var title: String { dataSet.rawValue }
  public let split = "testA+testB"
  public let version = 1
  public var publishedCount: Int? { dataSet == .refCOCO ? 10_752 : nil }
  /// Its authors published no evaluator.
  public let profiles: [Profile] = [.lmmsEval, .lmmsEval03, .lmmsEval02, .vlmEvalKit]

  static let splits = ["testA", "testB"]

  public var formats: [DataLayout] {
    [
      Self.parquetLayout(of: Self.splits), Self.splitLines(of: Self.splits),
      Self.expressionLines(of: nil), Self.objectLines(of: nil),
      VLMEvalKitTable.layout(["RefCOCO"], samples: Self.tableSamples),
    ]
  }

  private static func parquetLayout(of splits: [String]) -> DataLayout {
    let columns = ["answer", "bbox"]
    return DataLayout(
      name: "parquet",
      summary: "Hugging Face parquet ("
        + splits.map { "data/\($0)-*.parquet" }.joined(separator: " and ") + ")",
      recognizes: { path in
        splits.contains { HuggingFaceParquet(split: $0).holds(columns, in: path) }
      },
      ofSplit: { parquetLayout(of: [$0]) },
      splits: { HuggingFaceParquet(split: "").splits(with: columns, in: $0) },
      samples: { try parquetSamples($0, of: splits) })
  }

  public func prompt(for sample: Sample) -> Prompt {
    Prompt(text: BenchmarkPrompt.refCOCO(sentence: sample.question).context, maximumNewTokens: 1024)
  }

  public func score(_ prediction: String, for sample: Sample, profile: Profile) -> MetricScore {
    if sample.boxUnit == .pixels || boxSpace == .pixels, let box = sample.refCOCOBox {
      return BoxIoU.score(predictionInPixels: prediction, reference: box, profile: profile)
    }
    guard let reference = Self.reference(sample) else {
      return MetricScore(value: 0, rule: "the sample has no reference box")
    }
    return BoxIoU.score(
      prediction: prediction, reference: reference, profile: profile, space: boxSpace)
  }

  public func aggregate(_ scored: [ScoredSample], profile: Profile) -> [MetricRow] {
    func row(_ split: String) -> MetricRow {
      .mean(
        "refcoco_ACC@0.5_\(split)",
        of: scored.filter { $0.sample.refCOCOSplit == split }, paperFactor: 100)
    }
    let rows = Self.splits.map(row)
    let present = rows.filter { $0.count > 0 }
    // VLMEvalKit's table holds splits of RefCOCO+ and RefCOCOg too.
    let others = Set(scored.compactMap(\.sample.refCOCOSplit)).filter {
      !$0.isEmpty && !Self.splits.contains($0)
    }.sorted()
    // Answers whose file names no split: one mean over all.
    if present.isEmpty {
      return [.mean("refcoco_ACC@0.5", of: scored, paperFactor: 100)]
        + (others.count > 1 ? others.map(row) : [])
    }
    let mean = present.reduce(0) { $0 + $1.value } / Double(present.count)
    let count = present.reduce(0) { $0 + $1.count }
    return [MetricRow(name: "refcoco_ACC@0.5", value: mean, paperFactor: 100, count: count)]
      + rows + others.map(row)
  }

  public func remarks(_ scored: [ScoredSample], profile: Profile) -> [String] {
    boxRemarks(scored, profile: profile)
  }

  // MARK: Reference boxes

  /// The box of a sample, from its metadata.
  static func reference(_ sample: Sample) -> BoxIoU.Reference? {
    guard let corners = sample.refCOCOBox, let size = sample.refCOCOImageSize else { return nil }
    let relative = BoundingBox.relative(
      x: corners.x1, y: corners.y1, width: corners.x2 - corners.x1, height: corners.y2 - corners.y1,
      inImage: size)
    return BoxIoU.Reference(relative: relative, pixels: corners, image: size)
  }

  /// - Parameter box: corners in pixels
  static func sample(
    id: String, image: ImageReference?, sentence: String, box: [Double], size: PixelSize,
    split: String
  ) -> Sample {
    Sample(
      id: id, image: image, question: sentence,
      references: ["[\(box.map { "\($0)" }.joined(separator: ", "))]"],
      metadata: [
        "split": .string(split), "box": .array(box.map { .number($0) }),
        "width": .integer(size.width), "height": .integer(size.height),
      ])
  }

  // MARK: Formats

  private static func parquetSamples(
    _ path: String, of splits: [String]
  ) throws -> [Sample] {
    try splits.flatMap { split in
      try HuggingFaceParquet(split: split).samples(
        in: path, columns: ["question_id", "answer", "bbox"], optional: ["file_name"]
      ) {
        row, place, load in
        let box = try row.numbers("bbox")
        guard box.count == 4 else {
          throw EvaluationError(
            .invalidData, "bbox must hold four numbers, not \(box.count)", at: row.location("bbox"))
        }
        let name = try row.ifPresent("file_name") ?? "row \(place)"
        let image = ImageReference(
          identity: "\(split) \(name)", name: "image \(name) in \(row.path)", load: load)
        let size = try ImageHeader.size(of: image.load(), name: image.name)
        return try row.strings("answer").enumerated().map { index, sentence in
          sample(
            id: "\(split)-\(place)-\(index)", image: image, sentence: sentence,
            box: [box[0], box[1], box[0] + box[2], box[1] + box[3]],
            size: size, split: split)
        }
      }
    }
  }

  private static func tableSamples(_ table: VLMEvalKitTable) throws -> [Sample] {
    let corners = [["bbox_x1", "bbox_y1", "bbox_x2", "bbox_y2"], ["x1", "y1", "x2", "y2"]].first {
      $0.allSatisfy(table.table.has(column:))
    }
    guard let corners else {
      throw EvaluationError(
        .invalidData, "the table has no columns bbox_x1, bbox_y1, bbox_x2, bbox_y2",
        at: Location(file: table.table.file))
    }
    return try table.rows.map { row in
      func number(_ column: String) throws -> Double {
        let text = try table.text(row, column)
        guard let value = Double(text), value.isFinite else {
          throw EvaluationError(
            .invalidData, "\"\(text)\" is no number",
            at: table.table.location(row: row, column: column))
        }
        return value
      }
      func pixels(_ column: String) throws -> Int {
        guard let whole = Int(exactly: try number(column)), whole > 0 else {
          throw EvaluationError(
            .invalidData, "\"\(try table.text(row, column))\" is no number of pixels",
            at: table.table.location(row: row, column: column))
        }
        return whole
      }
      let split = try table.text(row, "split")
      return sample(
        id: "\(split)-\(try table.index(row))", image: try table.image(row),
        sentence: try table.text(row, "question"),
        box: try corners.map(number),
        size: PixelSize(width: try pixels("width"), height: try pixels("height")),
        split: split)
    }
  }
}
