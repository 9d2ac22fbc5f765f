import DataFormats
import Diagnostics
import Evaluation
import Exchange

extension ScienceQA: LetteredAnswers {}

extension ScienceQA: AnswerFormatProvider {
  public var answerFormats: [AnswerFormat] { [Self.results, Self.judged] }

  /// What the authors' and LLaVA's scripts write: `outputs`, the texts by the questions' ids, and
  /// `results`, the indices that were read of them. Older files hold the indices alone.
  private static let results = AnswerFormat(
    name: "scienceqa",
    summary: "ScienceQA's results (an object with outputs and results by question id)",
    recognizes: { content in
      guard case .json(let node) = content else { return false }
      let hasResults = node.value["results"]?.objectValue != nil
      return hasResults
        && (node.value["outputs"]?.objectValue != nil
          || (node.value["acc"] != nil && node.value["count"] != nil))
    },
    read: { content, _ in
      guard case .json(let node) = content else {
        throw EvaluationError(
          .invalidData, "ScienceQA's results must be an object", at: .init(file: content.path))
      }
      if let outputs = try node.optional("outputs") {
        return AnswerReading(
          records: try outputs.members().enumerated().map { row, member in
            var record = AnswerRecord(
              location: member.node.location, row: row, id: member.key, prediction: "")
            (record.prediction, record.failure) = PredictedText.read(member.node.value)
            return record
          }, dataset: ScienceQA().name)
      }
      return AnswerReading(
        records: try node["results"].members().enumerated().map { row, member in
          // -1 stands for an answer in which nothing could be read.
          let index = try member.node.int()
          return AnswerRecord(
            location: member.node.location, row: row, id: member.key,
            prediction: index < 0 ? "" : LetteredOptions.letter(index) ?? "")
        }, dataset: ScienceQA().name,
        remarks: [
          """
          the file holds indices and no texts: they are scored as letters, whatever the model \
          wrote
          """
        ])
    })

  /// What LLaVA's script writes beside it: `correct` and `incorrect`, lists of questions with the
  /// text, the letter that was read, and the right one.
  private static let judged = AnswerFormat(
    name: "scienceqa-lists",
    summary: "LLaVA's ScienceQA lists (an object with correct and incorrect)",
    recognizes: { content in
      guard case .json(let node) = content else { return false }
      return node.value["correct"]?.arrayValue != nil && node.value["incorrect"]?.arrayValue != nil
    },
    read: { content, _ in
      guard case .json(let node) = content else {
        throw EvaluationError(
          .invalidData, "ScienceQA's lists must stand in an object", at: .init(file: content.path))
      }
      let entries = try node["correct"].list() + node["incorrect"].list()
      return AnswerReading(
        records: try entries.enumerated().map { row, entry in
          var fields: [String: JSONValue] = [:]
          for (key, member) in try entry.members() { fields[key] = member.value }
          var record = AnswerRecord(
            location: entry.location, row: row, prediction: "", fields: fields)
          record.id = record.text("question_id")
          record.prompt = record.text("question")
          record.question = record.prompt
          (record.prediction, record.failure) = PredictedText.read(fields["pred"])
          return record
        }, dataset: ScienceQA().name)
    })
}
