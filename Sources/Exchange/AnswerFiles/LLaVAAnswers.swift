import DataFormats
import Diagnostics
import Evaluation

extension AnswerFormat {
  /// The answers files of LLaVA's own evaluation scripts: lines of `{"question_id", "prompt",
  /// "text"}`.
  static let llava = AnswerFormat(
    name: "llava", summary: "LLaVA's answers (JSON Lines of question_id, prompt and text)",
    recognizes: {
      $0.has("question_id", "text") && FieldMapping.predictionKeys(in: $0.columns).isEmpty
    },
    read: { content, _ in
      guard let objects = content.objects else {
        throw EvaluationError(
          .invalidData, "LLaVA's answers must be JSON Lines", at: Location(file: content.path))
      }
      return AnswerReading(
        records: try objects.enumerated().map { row, node in
          let id = try node["question_id"].identifier()
          let prompt = try node.optional("prompt")?.string()
          // In TextVQA's questions the id is the image's, in MME's category and image: the question
          // is told by both.
          var fields: [String: JSONValue] = ["image_id": .string(id)]
          let parts = id.split(separator: "/")
          if parts.count == 2 {
            fields["category"] = .string(String(parts[0]))
            fields["image_path"] = .string(id)
          }
          var record = AnswerRecord(
            location: node.location, row: row, id: id, question: prompt.map(question),
            prediction: "", fields: fields)
          record.prompt = prompt
          (record.prediction, record.failure) = PredictedText.read(try node["text"].value)
          return record
        })
    })

  /// The question in a prompt as LLaVA's TextVQA scorer finds it: OCR tokens may stand on a line
  /// before or after it, and the request for a short answer is the last line.
  private static func question(_ prompt: String) -> String {
    let lines = TextFile.lines(in: prompt)
    guard lines.count > 1 else { return prompt }
    if lines.count == 3,
      lines[0].hasPrefix("Reference OCR token:") || lines[0].hasPrefix("OCR tokens: ")
    {
      return lines[1]
    }
    if lines.count == 3, lines[1].hasPrefix("Reference OCR token:") { return lines[0] }
    return lines.dropLast().joined(separator: "\n")
  }
}
