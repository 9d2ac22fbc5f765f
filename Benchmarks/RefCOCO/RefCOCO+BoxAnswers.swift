import DataFormats
import Diagnostics
import Evaluation
import Exchange

extension RefCOCO: AnswerFormatProvider {
  public var answerFormats: [AnswerFormat] { [Self.expressionBoxes, Self.grounding] }

  /// Predicted boxes for referring expressions: `{DATA SET: {MODEL: [{"text", "prediction":
  /// {"box"}, "gt_bbox"}]}}`, predictions as corners and references as corner and size, all in
  /// pixels. A prediction may also be the model's text, or an object detector's list.
  private static let expressionBoxes = AnswerFormat(
    name: "rec",
    summary: "boxes of referring expressions (text, prediction.box and gt_bbox, in pixels)",
    choosesSplit: true,
    recognizes: { content in
      guard case .json(let node) = content, case .object = node.value else { return false }
      return firstEntry(node)?.keys.contains("gt_bbox") ?? false
    },
    read: { content, options in
      let (entries, names) = try entries(content, split: options.split)
      var choseAmongDetections = 0
      let records = try entries.enumerated().map { row, node in
        let predicted = try prediction(node["prediction"])
        if predicted.detections > 1 { choseAmongDetections += 1 }
        var record = AnswerRecord(
          location: node.location, row: row, question: try node["text"].string(),
          prediction: predicted.text,
          fields: ["bbox_xywh": try numbers(node["gt_bbox"])])
        record.boxUnit = .pixels
        record.failure = predicted.failure
        return record
      }
      return AnswerReading(
        records: records, dataset: names.first ?? RefCOCO().name,
        remarks: choseAmongDetections == 0
          ? []
          : [
            "of several detections the one with the highest score is the prediction, in"
              + " \(choseAmongDetections) answers"
          ])
    })

  private static func firstEntry(_ node: JSONNode) -> [String: JSONValue]? {
    var value = node.value
    while case .object(let members) = value, let inner = members.values.first { value = inner }
    guard let entry = value[0]?.objectValue else { return nil }
    return Dictionary(entry.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  /// The list inside the two objects, which must be for one data set and one model.
  ///
  /// - Parameter split: the name of the data set or model that is meant, where there are several
  private static func entries(
    _ content: AnswerContent, split: String?
  ) throws -> (entries: [JSONNode], names: [String]) {
    guard case .json(var node) = content else {
      throw EvaluationError(
        .invalidData, "boxes of referring expressions come as one JSON file",
        at: Location(file: content.path))
    }
    var names: [String] = []
    while case .object(let members) = node.value {
      let keys = Array(members.keys)
      guard let key = keys.count == 1 ? keys[0] : keys.first(where: { $0 == split }) else {
        throw EvaluationError(
          .ambiguous,
          "the file holds answers for \(keys.count) data sets or models:"
            + " \(keys.prefix(8).joined(separator: ", ")); choose one with --split",
          at: node.location)
      }
      names.append(key)
      node = try node[key]
    }
    return (try node.list(), names)
  }

  /// The box as text, in the brackets in which models write boxes; empty where there is none.
  private static func prediction(
    _ node: JSONNode
  ) throws -> (text: String, detections: Int, failure: Answer.Failure?) {
    guard case .object = node.value else {
      if case .array(let items) = node.value, items.count == 4 {
        return (try numbers(node).text(), 0, nil)
      }
      let (text, failure) = PredictedText.read(node.value)
      return (text, 0, failure)
    }
    if let box = try node.optional("box") { return (try numbers(box).text(), 0, nil) }
    if let found = try node.optional("detections")?.list() {
      let scored = try found.map { (try $0.optional("score")?.double() ?? 0, try $0["box"]) }
      guard let best = scored.max(by: { $0.0 < $1.0 }) else { return ("", 0, nil) }
      return (try numbers(best.1).text(), found.count, nil)
    }
    let (text, failure) = PredictedText.read(try node.optional("text")?.value ?? "")
    return (text, 0, failure)
  }

  private static func numbers(_ node: JSONNode) throws -> JSONValue {
    let items = try node.list()
    guard items.count == 4 else { throw node.mismatch("four numbers") }
    return .array(try items.map { .number(try $0.double()) })
  }

  /// InternVL's and Qwen-VL's results of referring expressions: `[{"answer", "gt_bbox": corners in pixels, "hw":
  /// [height, width]}]`, without the expression.
  private static let grounding = AnswerFormat(
    name: "grounding",
    summary: "InternVL's and Qwen-VL's grounding results (a list of answer, gt_bbox and hw)",
    recognizes: { $0.has("answer", "gt_bbox", "hw") },
    read: { content, _ in
      let name = content.fileName
      let split = ["testA", "testB", "val", "test"].first {
        name.lowercased().contains("_\($0.lowercased())")
      }
      return AnswerReading(
        records: try (content.objects ?? []).enumerated().map { row, node in
          let size = try node["hw"].list().map { try $0.int() }
          let box = try node["gt_bbox"].list().map { try $0.double() }
          guard size.count == 2, box.count == 4 else {
            throw try node["gt_bbox"].mismatch("four numbers, and two in hw")
          }
          var record = AnswerRecord(
            location: node.location, row: row, question: "", prediction: "",
            fields: [
              "box": .array(box.map { .number($0) }), "height": .integer(size[0]),
              "width": .integer(size[1]), "split": .string(split ?? ""),
            ])
          (record.prediction, record.failure) = PredictedText.read(try node["answer"].value)
          return record
        }, dataset: name)
    })
}
