import DataFormats
import Diagnostics
import Evaluation

extension AnswerFormat {
  /// What the Robust Reading Competition's server takes for DocVQA and InfoVQA: a list of
  /// `{"questionId", "answer"}`.
  static let robustReading = AnswerFormat(
    name: "rrc",
    summary: "a Robust Reading Competition submission (a list of questionId and answer)",
    recognizes: { $0.has("questionId", "answer") },
    read: { content, _ in (try submission(content, id: "questionId"), nil) })

  /// What EvalAI takes for TextVQA: a list of `{"question_id", "answer"}`.
  static let evalAI = AnswerFormat(
    name: "evalai", summary: "an EvalAI submission (a list of question_id and answer)",
    recognizes: { $0.has("question_id", "answer") },
    read: { content, _ in (try submission(content, id: "question_id"), nil) })

  private static func submission(_ content: AnswerContent, id: String) throws -> [AnswerRecord] {
    guard let objects = content.objects else {
      throw EvaluationError(
        .invalidData, "a submission must be a list of objects", at: Location(file: content.path))
    }
    return try objects.enumerated().map { row, node in
      var fields = try node.fields()
      // In a submission the answer is the prediction and not the reference.
      fields["answer"] = nil
      return AnswerRecord(
        location: node.location, row: row, id: try node[id].identifier(),
        question: try node.optional("question")?.string(),
        prediction: try node["answer"].string(), fields: fields)
    }
  }
}
