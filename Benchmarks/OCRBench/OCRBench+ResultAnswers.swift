import DataFormats
import Evaluation
import Exchange

extension OCRBench: AnswerFormatProvider {
  public var answerFormats: [AnswerFormat] { [Self.results] }

  /// What the OCRBench authors' tool writes and scores: its questions with `predict` added. A
  /// question without it was not asked.
  private static let results = AnswerFormat(
    name: "ocrbench", summary: "the OCRBench tool's results (OCRBench.json with predict added)",
    recognizes: { content in
      guard let objects = content.objects, content.has("question", "answers", "type") else {
        return false
      }
      return objects.contains { $0.value["predict"] != nil }
    },
    read: { content, _ in
      var records: [AnswerRecord] = []
      for (row, entry) in (try content.rows() ?? []).enumerated() {
        guard let value = entry.fields["predict"] else { continue }
        var record = AnswerRecord(
          location: entry.location, row: row, prediction: "", fields: entry.fields)
        (record.prediction, record.failure) = PredictedText.read(value)
        record.id = record.text("id")
        record.question = record.text("question")
        records.append(record)
      }
      let missing = (content.objects?.count ?? 0) - records.count
      return AnswerReading(
        records: records, dataset: OCRBench().name,
        remarks: missing == 0
          ? [] : ["\(missing) questions of the file have no answer; name the data with --data"])
    })
}
