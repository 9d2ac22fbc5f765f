public import DataFormats
public import Diagnostics
public import Evaluation
public import Metrics

/// One predicted answer as a file holds it, before it is known which sample it answers.
public struct AnswerRecord: Sendable {
  /// File and row, for messages.
  public var location: Location
  /// The place in the data's split, counted from 0: what the file says, or else the order in the
  /// file.
  public var row: Int
  /// The question's id in the numbering of whoever wrote the file.
  public var id: String?
  /// The question without the request that was put after it.
  public var question: String?
  /// All that was put to the model, where the file tells it and not the question itself.
  public var prompt: String?
  /// As generated.
  public var prediction: String
  /// Why there is no answer, where the file says so.
  public var failure: Answer.Failure?
  /// What the file says the answer is worth, where a judge or the evaluator itself has written it
  /// there: 0 to 1.
  public var verdict: Double?
  /// Everything else that the file says about the question, by the writer's names: `answer`,
  /// `split`, `category` ...
  public var fields: [String: JSONValue]
  /// What a predicted box counts in, where the file says it; nil: each evaluator guesses as it does.
  public var boxUnit: BoxIoU.Unit?
  /// The sample itself, where the file is a run that stored it.
  var sample: Sample?

  public init(
    location: Location, row: Int, id: String? = nil, question: String? = nil, prediction: String,
    fields: [String: JSONValue] = [:]
  ) {
    self.location = location
    self.row = row
    self.id = id
    self.question = question
    self.prediction = prediction
    self.fields = fields
  }

  /// A field as text, numbers as they are written; nil where it is absent, empty or missing in
  /// pandas' way (`nan`).
  public func text(_ names: String...) -> String? {
    for name in names {
      switch fields[name] {
      case .string(let text) where !text.isEmpty && text != "nan": return text
      case .some(.integer(let number)): return String(number)
      case .some(.number(let number)) where !number.isNaN: return "\(number)"
      default: continue
      }
    }
    return nil
  }

  /// As ``text(_:)``, but one of the fields must be there.
  /// - Throws: ``EvaluationError`` naming file, row and the first name.
  public func required(_ names: String..., for title: String) throws(EvaluationError) -> String {
    for name in names { if let text = text(name) { return text } }
    throw missing(names.first ?? "", for: title)
  }

  public func requiredQuestion(for title: String) throws(EvaluationError) -> String {
    guard let question else { throw missing("question", for: title) }
    return question
  }

  public func missing(_ name: String, for title: String) -> EvaluationError {
    EvaluationError(
      .invalidData,
      """
      there is no \(name) here, which \(title) answers that are scored without --data must \
      have; name the benchmark's data with --data, or is
      """
        + " this the file of another benchmark?", at: location)
  }

  /// The accepted answers: a list, a Python list literal, or the one answer itself; nil where the
  /// file holds none.
  public var references: [String]? {
    guard let value = fields["answers"] ?? fields["answer"] ?? fields["target"] else { return nil }
    switch value {
    case .array(let items): return items.map { $0.stringValue ?? $0.text() }
    case .string(let text):
      if text.unicodeScalars.first == "[", text.unicodeScalars.last == "]",
        // A text in brackets that is no literal is the one answer itself.
        let items = (try? PythonLiteral.parse(text))?.arrayValue
      {
        return items.map { $0.stringValue ?? $0.text() }
      }
      return text.isEmpty ? nil : [text]
    case .null: return nil
    default: return [value.text()]
    }
  }

  /// The one reference, as it stands in the file.
  public var reference: String? { text("answer", "label", "target") ?? references?.first }
}
