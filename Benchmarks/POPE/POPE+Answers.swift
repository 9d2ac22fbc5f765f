import DataFormats
import Diagnostics
import Evaluation
import Exchange
import Foundation

extension POPE: AnswerFormatProvider {
  public var answerFormats: [AnswerFormat] { [Self.answerFiles] }

  /// Ids begin anew in every set: a question is known by both.
  public func ids(of records: [AnswerRecord]) -> [String?] {
    records.map { record in
      guard let id = record.text("question_id") ?? record.id else { return nil }
      guard let set = record.text("category"), !id.hasPrefix(set + "-") else { return id }
      return "\(set)-\(id)"
    }
  }

  /// What the authors' evaluator takes: a line of question and answer per question of one set, in
  /// the set's order. The set stands in the file's name; a folder holds those of several sets.
  private static let answerFiles = AnswerFormat(
    name: "pope",
    summary: "the POPE authors' answers (lines of question and answer in the set's order; the set"
      + " in the file's name), or a folder of them",
    recognizes: { content in
      if case .folder(let path, let names) = content {
        let files = setFiles(in: path, names: names)
        // A file that cannot be read is no mark of this format; whoever reads the folder says why.
        return !files.isEmpty
          && files.allSatisfy { (try? AnswerContent($0.file)).map(isAnswers) ?? false }
      }
      return isAnswers(content)
    },
    read: { content, _ in
      guard case .folder(let path, let names) = content else {
        return AnswerReading(
          records: try records(content, set: set(named: content.fileName)), dataset: POPE().name)
      }
      let files = setFiles(in: path, names: names)
      guard Set(files.map(\.set)).count == files.count else {
        throw EvaluationError(
          .ambiguous,
          "several files of one set lie here: \(files.map(\.file).joined(separator: ", "))",
          at: Location(file: path))
      }
      var all: [AnswerRecord] = []
      for (set, file) in files {
        all += try records(AnswerContent(file), set: set).map { record in
          var record = record
          record.row += all.count
          return record
        }
      }
      return AnswerReading(records: all, dataset: POPE().name)
    })

  private static func isAnswers(_ content: AnswerContent) -> Bool {
    guard Set(content.columns) == ["question", "answer"],
      let first = content.objects?.first?.value["question"]?.stringValue
    else { return false }
    return first.hasPrefix("Is there a")
  }

  private static func set(named name: String) -> String? {
    let found = sets.filter(name.lowercased().contains)
    return found.count == 1 ? found[0] : nil
  }

  private static func setFiles(
    in path: String, names: [String]
  ) -> [(set: String, file: String)] {
    let files = names.filter { $0.hasSuffix(".json") || $0.hasSuffix(".jsonl") }
    return sets.flatMap { set in
      files.filter { Self.set(named: $0) == set }.map { (set, "\(path)/\($0)") }
    }
  }

  private static func records(_ content: AnswerContent, set: String?) throws -> [AnswerRecord] {
    guard let set else {
      throw EvaluationError(
        .invalidData,
        "these are answers to one of POPE's sets, and nothing says to which; put random, popular or"
          + " adversarial into the file's name", at: Location(file: content.path))
    }
    return try (content.rows() ?? []).enumerated().map { row, entry in
      var record = AnswerRecord(
        location: entry.location, row: row, id: "\(set)-\(row + 1)",
        question: entry.fields["question"]?.stringValue, prediction: "",
        fields: ["category": .string(set)])
      (record.prediction, record.failure) = PredictedText.read(entry.fields["answer"])
      return record
    }
  }
}
