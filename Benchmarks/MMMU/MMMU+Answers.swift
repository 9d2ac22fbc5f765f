import DataFormats
import Diagnostics
import Evaluation
import Exchange
import Foundation
import Metrics

extension MMMU: LetteredAnswers {}

extension MMMU: AnswerFormatProvider {
  public var answerFormats: [AnswerFormat] { [Self.outputs, Self.letters] }

  /// The key of a sample whose answer is a letter that was read already.
  static let readKey = "letter_read"
  /// The key of a multiple choice question whose options are not known.
  static let choiceKey = "multiple_choice"

  /// What the authors' evaluator parses and scores: a list of questions with their responses, one
  /// for all subjects or an `output.json` in the folder of each.
  private static let outputs = AnswerFormat(
    name: "mmmu",
    summary: "the MMMU authors' outputs (a list of id, question_type and response, or"
      + " SUBJECT/output.json)",
    recognizes: { content in
      if case .folder(let path, let names) = content {
        return !outputFiles(in: path, names: names).isEmpty
      }
      return content.has("id", "question_type", "response")
    },
    read: { content, _ in
      guard case .folder(let path, let names) = content else {
        return AnswerReading(records: try records(content), dataset: MMMU().name)
      }
      var all: [AnswerRecord] = []
      for file in outputFiles(in: path, names: names) {
        all += try records(AnswerContent(file)).map { record in
          var record = record
          record.row += all.count
          return record
        }
      }
      return AnswerReading(records: all, dataset: MMMU().name)
    })

  private static func outputFiles(in path: String, names: [String]) -> [String] {
    let subjects = MMMUSummary.domainSubjects.flatMap(\.subjects).sorted()
    return subjects.filter(names.contains).map { "\(path)/\($0)/output.json" }
      .filter { FileManager.default.fileExists(atPath: $0) }
  }

  private static func records(_ content: AnswerContent) throws -> [AnswerRecord] {
    try (content.rows() ?? []).enumerated().map { row, entry in
      var record = AnswerRecord(
        location: entry.location, row: row, prediction: "", fields: entry.fields)
      (record.prediction, record.failure) = PredictedText.read(entry.fields["response"])
      record.id = record.text("id")
      record.question = record.text("question")
      return record
    }
  }

  /// What the authors' evaluator scores without parsing: `{"validation_Accounting_1": "D"}`.
  private static let letters = AnswerFormat(
    name: "mmmu-letters",
    summary: "the MMMU authors' answers (an object of ids and letters; needs --data)",
    recognizes: { content in
      guard case .json(let node) = content, let members = node.value.objectValue else {
        return false
      }
      return !members.isEmpty && members.allSatisfy { isID($0.key) && isAnswer($0.value) }
    },
    read: { content, _ in
      guard case .json(let node) = content else {
        throw EvaluationError(
          .invalidData, "MMMU's answers must be an object of ids and letters",
          at: Location(file: content.path))
      }
      return AnswerReading(
        records: try node.members().enumerated().map { row, member in
          var record = AnswerRecord(
            location: member.node.location, row: row, id: member.key, prediction: "",
            fields: [readKey: true])
          (record.prediction, record.failure) = PredictedText.read(member.node.value)
          return record
        }, dataset: MMMU().name)
    })

  private static func isID(_ key: String) -> Bool {
    ["validation_", "dev_", "test_"].contains(where: key.hasPrefix)
  }

  private static func isAnswer(_ value: JSONValue) -> Bool {
    switch value {
    case .string, .integer, .number, .null: true
    default: false
    }
  }

  /// What the file says of an answer and the data do not: that its letter was read already, and the
  /// options where the data are the authors' references alone.
  public func sample(_ sample: Sample, answeredBy record: AnswerRecord) -> Sample {
    var sample = sample
    if record.fields[Self.readKey] == true { sample.metadata[Self.readKey] = true }
    if sample.metadata[Self.choiceKey] == true {
      let options = LetteredOptions.of(record)
      if !options.isEmpty {
        sample.metadata[LetteredOptions.key] = LetteredOptions.metadata(options)
      }
    }
    return sample
  }

  /// The authors' references: ids and answers, and no questions. For scoring answers that are there.
  static let answerDictionary = DataLayout(
    name: "answers",
    summary: "the authors' references without questions (answer_dict_val.json), to score answers"
      + " that are there",
    recognizes: { NamedFile.find(["answer_dict_val.json"], in: $0) != nil },
    samples: { path in
      guard let file = NamedFile.find(["answer_dict_val.json"], in: path) else { return [] }
      return try JSONNode(contentsOf: file).members().map { id, entry in
        let isOpen = try entry["question_type"].string() != "multiple-choice"
        let truth = try entry["ground_truth"]
        var sample = Sample(
          id: id, image: nil, question: "",
          references: truth.value.arrayValue == nil ? [try truth.string()] : try truth.strings(),
          metadata: [
            "subject": .string(
              MMMUQuestion(id: id, options: nil, answers: [], prediction: "").subject)
          ])
        if !isOpen { sample.metadata[choiceKey] = true }
        // A model that is run over these fails by name, and is asked nothing.
        sample.images = [
          ImageReference(identity: id, name: "picture of \(id)") {
            throw EvaluationError(
              .unreadableImage, "the file holds references and neither questions nor pictures",
              at: Location(file: file))
          }
        ]
        return sample
      }
    })
}
