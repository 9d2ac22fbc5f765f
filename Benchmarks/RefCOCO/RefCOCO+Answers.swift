import DataFormats
import Evaluation
import Exchange
import Images

extension RefCOCO: DescribedByAnswers {
  /// References come as corner and size in pixels, as corners in pixels with the image's size, or
  /// as corners relative to the image.
  public func samples(describedBy records: [AnswerRecord]) throws -> [Sample] {
    try records.map { record in
      func numbers(_ names: [String]) -> [Double]? {
        let values = names.compactMap { record.text($0).flatMap(Double.init) }
        return values.count == names.count ? values : nil
      }
      func list(_ name: String) -> [Double]? {
        record.fields[name]?.arrayValue.map { $0.compactMap(\.doubleValue) }.flatMap {
          $0.count == 4 ? $0 : nil
        }
      }
      func literal(_ name: String) -> [Double]? {
        guard let text = record.fields[name]?.stringValue,
          // A text that is no list of numbers holds no box, and is refused below.
          let items = (try? PythonLiteral.parse(text))?.arrayValue?.compactMap(\.doubleValue)
        else { return nil }
        return items.count == 4 ? items : nil
      }
      var box: [Double]
      var size = PixelSize(width: 1, height: 1)
      if let given = list("bbox_xywh") {
        box = [given[0], given[1], given[0] + given[2], given[1] + given[3]]
      } else if let given = numbers(["bbox_x1", "bbox_y1", "bbox_x2", "bbox_y2"])
        ?? numbers(["x1", "y1", "x2", "y2"]),
        let extent = numbers(["width", "height"]), let width = Int(exactly: extent[0]),
        let height = Int(exactly: extent[1])
      {
        box = given
        size = PixelSize(width: width, height: height)
      } else if let given = list("box") ?? literal("answer"),
        let width = record.fields["width"]?.intValue,
        let height = record.fields["height"]?.intValue
      {
        box = given
        size = PixelSize(width: width, height: height)
      } else if let given = list("bbox"), given.allSatisfy({ abs($0) <= 1.5 }) {
        box = given
      } else {
        throw record.missing("reference box", for: title)
      }
      // VLMEvalKit writes the data set's name before it, RefCOCO_testA; that of another stays.
      var split = record.text("split") ?? ""
      if split.hasPrefix("RefCOCO_") { split.removeFirst(8) }
      var described = Self.sample(
        id: record.id.map { split.isEmpty || $0.hasPrefix(split) ? $0 : "\(split)-\($0)" }
          ?? "\(split.isEmpty ? "row" : split)-\(record.row)",
        image: nil, sentence: try record.requiredQuestion(for: title), box: box, size: size,
        split: split)
      described.boxUnit = record.boxUnit
      return described
    }
  }

  /// Boxes that a file gives in pixels are compared in pixels.
  public func sample(_ sample: Sample, answeredBy record: AnswerRecord) -> Sample {
    guard let unit = record.boxUnit else { return sample }
    var sample = sample
    sample.boxUnit = unit
    return sample
  }
}

extension RefCOCO: RecognizedByAnswers {
  public var answerMark: String? { "the reference box" }
  public var otherNames: [String] { ["refcocoplus", "refcocog"] }

  /// Under the name of the data set that the answers are about.
  /// - Throws: ``EvaluationError`` where no answer holds a box
  public func adapted(to file: AnswerFile) throws(EvaluationError) -> any Benchmark {
    try Self.checkBoxes(file)
    return RefCOCO(
      boxSpace: boxSpace, dataSet: file.dataset.flatMap(DataSet.init(named:)) ?? dataSet)
  }

  public func isMarked(_ record: AnswerRecord) -> Bool {
    ["bbox_xywh", "bbox", "bbox_x1"].contains(where: record.fields.keys.contains)
  }
}
