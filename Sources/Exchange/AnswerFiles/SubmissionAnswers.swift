import DataFormats
import Diagnostics
import Evaluation

extension AnswerFormat {
  /// What the Robust Reading Competition's server takes for DocVQA and InfoVQA: a list of
  /// `{"questionId", "answer"}`. Its challenges on scenes write `question_id`, which nothing but
  /// the format's name tells from EvalAI's.
  static let robustReading = AnswerFormat(
    name: "rrc",
    summary: "a Robust Reading Competition submission (a list of questionId and answer)",
    recognizes: { isSubmission($0, id: "questionId") },
    read: { content, _ in
      try submission(
        content, id: content.has("question_id", "answer") ? "question_id" : "questionId")
    })

  /// What EvalAI takes for TextVQA: a list of `{"question_id", "answer"}`.
  static let evalAI = AnswerFormat(
    name: "evalai", summary: "an EvalAI submission (a list of question_id and answer)",
    recognizes: { isSubmission($0, id: "question_id") },
    read: { content, _ in try submission(content, id: "question_id") })

  /// In a submission the answer is the prediction - unless the prediction stands beside it, which
  /// makes it the reference.
  private static func isSubmission(_ content: AnswerContent, id: String) -> Bool {
    content.has(id, "answer") && FieldMapping.predictionKeys(in: content.columns).isEmpty
  }

  private static func submission(_ content: AnswerContent, id: String) throws -> AnswerReading {
    guard let rows = try content.rows() else {
      throw EvaluationError(
        .invalidData, "a submission must be a list of objects", at: Location(file: content.path))
    }
    if let other = FieldMapping.predictionKeys(in: content.columns).first {
      throw EvaluationError(
        .invalidData,
        """
        beside "answer" stands "\(other)", so that one of them is the reference; say which with \
        \(FieldMapping.suggested(for: content.columns).flag)
        """,
        at: Location(file: content.path))
    }
    return AnswerReading(
      records: try rows.enumerated().map { row, entry in
        guard let identifier = entry.fields[id]?.identifier else {
          throw EvaluationError(
            .invalidData, "the key \"\(id)\" is missing, or neither a text nor a whole number",
            at: entry.location)
        }
        var fields = entry.fields
        fields["answer"] = nil
        if case .array? = entry.fields["answer"] {
          throw EvaluationError(
            .invalidData,
            "the answer is a list, as references are and no submission's answers; say which key is"
              + " the prediction with --fields id=\(id),prediction=KEY", at: entry.location)
        }
        let (text, failure) = PredictedText.read(entry.fields["answer"])
        var record = AnswerRecord(
          location: entry.location, row: row, id: identifier,
          question: entry.fields["question"]?.stringValue, prediction: text, fields: fields)
        record.failure = failure
        return record
      })
  }
}
