import DataFormats
import Diagnostics
import Evaluation

extension AnswerFormat {
  /// The files of the DUE benchmark's evaluator: a line per document, `annotations` of `{"id",
  /// "key", "values": [{"value"}]}`.
  static let due = AnswerFormat(
    name: "due", summary: "the DUE evaluator's files (JSON Lines of documents with annotations)",
    recognizes: { $0.has("name", "annotations") },
    read: { content, _ in
      guard let documents = content.objects else {
        throw EvaluationError(
          .invalidData, "DUE's answers must be JSON Lines", at: Location(file: content.path))
      }
      var records: [AnswerRecord] = []
      for document in documents {
        for annotation in try document["annotations"].list() {
          records.append(
            AnswerRecord(
              location: annotation.location, row: records.count,
              id: try annotation.optional("id")?.identifier(),
              question: try annotation["key"].string(),
              prediction: try annotation["values"].list().first?["value"].string() ?? ""))
        }
      }
      return AnswerReading(records: records)
    })
}
