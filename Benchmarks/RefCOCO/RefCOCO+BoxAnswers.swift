import DataFormats
import Diagnostics
import Evaluation
import Exchange

extension RefCOCO: AnswerFormatProvider {
  public var answerFormats: [AnswerFormat] { [Self.expressionBoxes] }

  /// Predicted boxes for referring expressions: `{DATA SET: {MODEL: [{"text", "prediction":
  /// {"box"}, "gt_bbox"}]}}`, predictions as corners and references as corner and size, all in
  /// pixels.
  private static let expressionBoxes = AnswerFormat(
    name: "rec",
    summary: "boxes of referring expressions (text, prediction.box and gt_bbox, in pixels)",
    recognizes: { (try? entries($0))?.first?.value["gt_bbox"] != nil },
    read: { content, _ in
      let records = try entries(content).enumerated().map { row, node -> AnswerRecord in
        var record = AnswerRecord(
          location: node.location, row: row, question: try node["text"].string(),
          prediction: try prediction(node["prediction"]),
          fields: ["bbox_xywh": try numbers(node["gt_bbox"])])
        record.boxUnit = .pixels
        return record
      }
      return (records, RefCOCO().name)
    })

  /// The list inside the two objects, which must be for one data set and one model.
  private static func entries(_ content: AnswerContent) throws -> [JSONNode] {
    guard case .json(var node) = content else {
      throw EvaluationError(
        .invalidData, "boxes of referring expressions come as one JSON file",
        at: Location(file: content.path))
    }
    while case .object(let members) = node.value {
      guard members.count == 1, let key = members.keys.first else {
        throw EvaluationError(
          .invalidData,
          "expected one data set and one model, found \(members.count) entries: \(members.keys.prefix(5).joined(separator: ", "))",
          at: node.location)
      }
      node = try node[key]
    }
    return try node.list()
  }

  /// The box as text, in the brackets in which models write boxes; empty where there is none.
  private static func prediction(_ node: JSONNode) throws -> String {
    if let text = node.value.stringValue { return text }
    guard !node.value.isNull, let box = try node.optional("box") else { return "" }
    return try numbers(box).text()
  }

  private static func numbers(_ node: JSONNode) throws -> JSONValue {
    let items = try node.list()
    guard items.count == 4 else { throw node.mismatch("four numbers") }
    return .array(try items.map { .number(try $0.double()) })
  }
}
