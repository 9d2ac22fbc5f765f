import DataFormats
import Diagnostics
import Evaluation

/// Which keys of a file mean what: `--fields id=question_id,prediction=response,references=gt`.
///
/// A key may be a path into nested objects and lists: `messages.0.content`. Keys of no listed
/// meaning are taken by their own name too, so that `split=half` gives a benchmark its `split`.
public struct FieldMapping: Sendable, Equatable {
  /// Meaning to key.
  let keys: [String: String]

  /// The meanings that are known to every benchmark.
  static let meanings = ["id", "prediction", "references", "image", "question"]

  /// The names under which programs write each meaning, the most telling first.
  static let names: [String: [String]] = [
    "id": [
      "question_id", "questionId", "qid", "sample_id", "doc_id", "index", "id", "idx", "uid",
    ],
    "prediction": [
      "prediction", "pred", "predict", "predicted_answer", "predicted", "model_answer",
      "model_output", "model_response", "model_prediction", "response", "responses", "output",
      "generated_text", "generated", "generation", "pred_answer", "answer_pred", "resp", "hyp",
    ],
    "references": [
      "references", "reference", "ground_truths", "ground_truth", "groundtruth", "gts", "gt",
      "gt_answer", "gt_answers", "annotation", "labels", "label", "targets", "target", "gold",
      "answers", "answer",
    ],
    "image": [
      "image", "image_path", "image_id", "image_name", "imgname", "img_path", "img", "image_file",
      "file_name",
    ],
    "question": ["question", "query", "prompt", "text", "input", "instruction"],
  ]

  init(keys: [String: String]) { self.keys = keys }

  /// Reads what the flag was given.
  /// - Throws: ``EvaluationError`` `unknown-name` for a part without `=`, a meaning that is given
  ///   twice, or a mapping without a prediction.
  public init(_ text: String) throws(EvaluationError) {
    var keys: [String: String] = [:]
    for part in text.split(separator: ",") {
      let halves = part.split(separator: "=", maxSplits: 1).map {
        String($0).trimmed
      }
      guard halves.count == 2, !halves[0].isEmpty, !halves[1].isEmpty else {
        throw EvaluationError(
          .unknownName,
          "\"\(part)\" is no field; write MEANING=KEY, for example prediction=response")
      }
      guard keys.updateValue(halves[1], forKey: halves[0]) == nil else {
        throw EvaluationError(.unknownName, "the field \"\(halves[0])\" is given twice")
      }
    }
    guard keys["prediction"] != nil else {
      let near = keys.keys.sorted().lazy.compactMap {
        nearestName(to: $0, among: ["prediction"]) == nil ? nil : $0
      }.first
      throw EvaluationError(
        .unknownName,
        "--fields must say which key is the prediction"
          + (near.map { "; \"\($0)\" is no meaning, did you mean \"prediction\"?" }
            ?? ": prediction=KEY"))
    }
    self.keys = keys
  }

  /// The mapping that a file's keys suggest; `...` stands for what nothing suggests.
  static func suggested(for columns: [String]) -> FieldMapping {
    var keys: [String: String] = [:]
    var taken: Set<String> = []
    // The prediction first: where "answer" is all there is, it is the prediction.
    for meaning in ["prediction", "id", "references", "image", "question"] {
      let found = names[meaning]?.first { columns.contains($0) && !taken.contains($0) }
      if let found {
        keys[meaning] = found
        taken.insert(found)
      } else if meaning == "prediction" {
        let lone = ["answer", "text", "result", "caption"].first(where: columns.contains)
        keys[meaning] = lone ?? "KEY"
        if let lone { taken.insert(lone) }
      }
    }
    return FieldMapping(keys: keys)
  }

  /// As it is written on the command line.
  var flag: String {
    "--fields "
      + (Self.meanings + keys.keys.filter { !Self.meanings.contains($0) }.sorted()).compactMap {
        meaning in keys[meaning].map { "\(meaning)=\($0)" }
      }.joined(separator: ",")
  }

  /// The keys of a row that would be a prediction.
  static func predictionKeys(in columns: [String]) -> [String] {
    columns.filter { names["prediction"]?.contains($0) ?? false }
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}

extension AnswerFormat {
  /// Any list of objects or table in which the keys say what is the prediction: by `--fields`, or
  /// where one key and no other can be it.
  ///
  /// A key like `prediction` beside `answer` makes the answer the reference, whoever wrote it.
  static let mapped = AnswerFormat(
    name: "fields",
    summary: "any JSON, JSON Lines, tsv, csv or xlsx whose keys --fields names",
    recognizes: { content in
      let columns = content.columns
      let meanings = FieldMapping.suggested(for: columns).keys
      return FieldMapping.predictionKeys(in: columns).count == 1
        && (meanings["id"] != nil || meanings["question"] != nil)
    },
    read: { content, options in
      guard let rows = try content.rows() else {
        throw EvaluationError(
          .invalidData, "--fields reads lists of objects and tables; this is neither",
          at: Location(file: content.path))
      }
      let mapping = options.fields ?? FieldMapping.suggested(for: content.columns)
      for (meaning, key) in mapping.keys.sorted(by: { $0.key < $1.key })
      where !rows.contains(where: { $0.value(at: key) != nil }) {
        throw EvaluationError(
          .unknownName,
          "no entry has the key \"\(key)\" that --fields names for \(meaning); the keys are"
            + " \(content.columns.joined(separator: ", "))", at: Location(file: content.path))
      }
      let records = try rows.enumerated().map { try record($1, row: $0, mapping) }
      // The mapping is said where nobody asked for it.
      return AnswerReading(
        records: records, dataset: nil,
        remarks: options.fields == nil ? ["read as with \(mapping.flag)"] : [])
    })

  private static func record(
    _ row: AnswerContent.Row, row place: Int, _ mapping: FieldMapping
  ) throws -> AnswerRecord {
    func value(_ meaning: String) -> JSONValue? { mapping.keys[meaning].flatMap(row.value(at:)) }
    var fields = row.fields
    for (meaning, key) in mapping.keys where !FieldMapping.meanings.contains(meaning) {
      fields[meaning] = row.value(at: key)
    }
    for name in ["answers", "answer", "target"] { fields[name] = nil }
    fields["answer"] = value("references")
    if let image = value("image") {
      fields["image"] = image.arrayValue?.first ?? image
    }
    var record = AnswerRecord(location: row.location, row: place, prediction: "", fields: fields)
    (record.prediction, record.failure) = PredictedText.read(
      value("prediction"), isFormula: row.formulas.contains(mapping.keys["prediction"] ?? ""))
    record.id = value("id")?.identifier
    record.question = value("question")?.stringValue
    return record
  }
}

extension AnswerContent.Row {
  /// The value of a key, or of a path through objects and lists.
  func value(at path: String) -> JSONValue? {
    if let value = fields[path] { return value }
    var parts = path.split(separator: ".").map(String.init)
    guard parts.count > 1, var value = fields[parts.removeFirst()] else { return nil }
    for part in parts {
      guard let next = value[part] ?? Int(part).flatMap({ value[$0] }) else { return nil }
      value = next
    }
    return value
  }
}
