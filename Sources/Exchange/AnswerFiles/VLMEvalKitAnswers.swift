import DataFormats
import Diagnostics
import Evaluation

extension AnswerFormat {
  /// VLMEvalKit's predictions: the table of the questions with a column `prediction`, as xlsx, tsv,
  /// json or JSON Lines.
  ///
  /// Cells are taken as the strings they are: pandas' guesses at numbers and missing values are
  /// where scores go astray.
  static let vlmEvalKit = AnswerFormat(
    name: "vlmevalkit",
    summary:
      "VLMEvalKit's predictions (MODEL_DATASET.xlsx, .tsv, .json or .jsonl with index and prediction)",
    recognizes: { content in
      switch content {
      case .workbook(let table): table.has(column: "prediction")
      case .table(let table): table.has(column: "prediction")
      case .json, .lines: content.has("index", "prediction")
      case .folder: false
      }
    },
    read: { content, _ in
      let dataset = content.path.split(separator: "/").last.map(String.init)
      switch content {
      case .workbook(let table):
        try require(table.columns, in: table.file)
        return (
          (0..<table.rowCount).map { row in
            record(
              Dictionary(
                zip(table.columns, table.rows[row].map { JSONValue.string($0) }),
                uniquingKeysWith: { first, _ in first }), row: row,
              at: table.location(row: row))
          }, dataset
        )
      case .table(let table):
        try require(table.columns, in: table.file)
        return (
          try (0..<table.rowCount).map { row in
            var fields: [String: JSONValue] = [:]
            for column in table.columns where column != "image" {
              fields[column] = .string(try table.rawString(row: row, column: column))
            }
            return record(fields, row: row, at: table.location(row: row))
          }, dataset
        )
      default:
        guard let objects = content.objects else {
          throw EvaluationError(
            .invalidData, "VLMEvalKit's answers must be a table or a list of objects",
            at: Location(file: content.path))
        }
        return (
          try objects.enumerated().map { row, node in
            _ = try node["index"].identifier()
            _ = try node["prediction"]
            return record(try node.fields(), row: row, at: node.location)
          }, dataset
        )
      }
    })

  private static func require(_ columns: [String], in file: String) throws {
    for column in ["index", "prediction"] where !columns.contains(column) {
      throw EvaluationError(
        .invalidData,
        "the table has no column \"\(column)\"; it has \(columns.joined(separator: ", "))",
        at: Location(file: file))
    }
  }

  private static func record(
    _ fields: [String: JSONValue], row: Int, at location: Location
  ) -> AnswerRecord {
    let prediction =
      switch fields["prediction"] {
      case .some(.string(let text)): text
      case .some(.null), nil: ""
      case .some(let other): other.text()
      }
    var record = AnswerRecord(location: location, row: row, prediction: prediction, fields: fields)
    record.id = record.text("index")
    record.question = record.text("question")
    return record
  }
}
