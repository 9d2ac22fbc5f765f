import DataFormats
import Diagnostics
import Evaluation
import PythonText

// The result files of the evaluation scripts that come with models.

extension AnswerFormat {
  /// InternVL's and Qwen-VL's results: `[{"question"?, "questionId"?, "answer", "annotation"}]`,
  /// where `annotation` is the reference. ChartQA's half stands in the file's name.
  static let annotated = AnswerFormat(
    name: "annotated",
    summary: "InternVL's and Qwen-VL's results (a list of answer and annotation, the reference)",
    recognizes: { $0.has("answer", "annotation") },
    read: { content, _ in
      let name = content.fileName
      var previous: [String: JSONValue] = [:]
      for half in ["human", "augmented"] where name.lowercased().contains(half) {
        previous["split"] = .string("test_\(half)")
      }
      return AnswerReading(
        records: try (content.rows() ?? []).enumerated().map { row, entry in
          var fields = entry.fields.merging(previous) { $1 }
          fields["answer"] = entry.fields["annotation"]
          var record = AnswerRecord(
            location: entry.location, row: row, prediction: "", fields: fields)
          (record.prediction, record.failure) = PredictedText.read(entry.fields["answer"])
          record.id = record.text("questionId", "question_id", "id", "index")
          record.question = record.text("question") ?? ""
          return record
        }, dataset: name)
    })

  /// mPLUG-DocOwl's results: lines of DocStruct4M with `model_answer` and `gt_answer` added.
  static let docOwl = AnswerFormat(
    name: "docowl",
    summary: "mPLUG-DocOwl's results (JSON Lines of messages, model_answer and gt_answer)",
    recognizes: { $0.has("model_answer", "gt_answer") },
    read: { content, _ in
      AnswerReading(
        records: try (content.objects ?? []).enumerated().map { row, node in
          var fields = try node.fields()
          fields["answer"] = try node["gt_answer"].value
          let images = try node.optional("image")
          if let image = try images?.value.stringValue ?? images?.list().first?.string() {
            fields["image"] = .string(image)
          }
          var record = AnswerRecord(
            location: node.location, row: row, prediction: "", fields: fields)
          (record.prediction, record.failure) = PredictedText.read(
            try node["model_answer"].value)
          record.question = try asked(node)
          return record
        }, dataset: try content.objects?.first?.optional("dataset_name")?.string())
    })

  /// The user's first turn without the image's place.
  private static func asked(_ node: JSONNode) throws -> String? {
    guard let turns = try node.optional("messages") ?? node.optional("conversations") else {
      return try node.optional("question")?.string()
    }
    for turn in try turns.list() where try turn["role"].string() == "user" {
      let text = PythonString(try turn["content"].string())
      return text.replacing("<|image|>", with: "").strip().text
    }
    return nil
  }
}
