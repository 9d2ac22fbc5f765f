import DataFormats
import Diagnostics
import Evaluation

extension AnswerFormat {
  /// VLMEvalKit's predictions: the table of the questions with a column `prediction`, as xlsx, tsv,
  /// csv, json or JSON Lines; with a column `hit`, what its judge or its rules made of them.
  ///
  /// Cells are taken as the strings they are: pandas' guesses at numbers and missing values are
  /// where scores go astray.
  static let vlmEvalKit = AnswerFormat(
    name: "vlmevalkit",
    summary:
      "VLMEvalKit's predictions (MODEL_DATASET.xlsx, .tsv, .csv, .json or .jsonl with index and"
      + " prediction)",
    recognizes: { content in
      switch content {
      case .workbook, .table: ["index", "prediction"].allSatisfy(content.columns.contains)
      case .json, .lines: content.has("index", "prediction")
      case .folder: false
      }
    },
    read: { content, _ in
      guard let rows = try content.rows() else {
        throw EvaluationError(
          .invalidData, "VLMEvalKit's answers must be a table or a list of objects",
          at: Location(file: content.path))
      }
      for column in ["index", "prediction"] where !content.columns.contains(column) {
        throw EvaluationError(
          .invalidData,
          "the table has no column \"\(column)\"; it has \(content.columns.joined(separator: ", "))",
          at: Location(file: content.path))
      }
      let isJudged = content.columns.contains("hit")
      var remarks: [String] = []
      if isJudged {
        remarks.append(
          "scored by the verdicts that the file holds (its column hit, a judge's or the"
            + " evaluator's own), whatever the profile")
      }
      return AnswerReading(
        records: try rows.enumerated().map { try record($1, row: $0, isJudged: isJudged) },
        dataset: content.fileName, remarks: remarks)
    })

  private static func record(
    _ row: AnswerContent.Row, row place: Int, isJudged: Bool
  ) throws -> AnswerRecord {
    var record = AnswerRecord(
      location: row.location, row: place, prediction: "", fields: row.fields)
    (record.prediction, record.failure) = PredictedText.read(
      row.fields["prediction"], isFormula: row.formulas.contains("prediction"))
    // pandas writes a missing value so into JSON that was a table before.
    if record.prediction == "nan" {
      record.failure = Answer.Failure(code: "no-prediction", message: "the prediction is NaN")
    }
    record.id = record.text("index")
    record.question = record.text("question")
    if isJudged { record.verdict = try verdict(row) }
    return record
  }

  /// A hit is 1 or 0, or a share where a question has parts.
  private static func verdict(_ row: AnswerContent.Row) throws -> Double {
    let value: Double? =
      switch row.fields["hit"] {
      case .string(let text): ["True": 1, "False": 0][text] ?? Double(text)
      case .some(.bool(let flag)): flag ? 1 : 0
      case .some(let value): value.doubleValue
      case nil: nil
      }
    guard let value, (0...1).contains(value) else {
      throw EvaluationError(
        .invalidData, "the judge's verdict in the column hit is no number from 0 to 1",
        at: row.location)
    }
    return value
  }
}
