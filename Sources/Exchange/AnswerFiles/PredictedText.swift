import DataFormats
import Evaluation
import PythonText

/// The text of a predicted answer, or why there is none: values that are no text, cells whose text
/// was lost, and the sentences that API clients write where no answer came.
package enum PredictedText {
  /// A prediction as files hold it.
  ///
  /// - Parameter isFormula: the value is what a spreadsheet program computed of a formula
  package static func read(
    _ value: JSONValue?, isFormula: Bool = false
  ) -> (text: String, failure: Answer.Failure?) {
    if isFormula {
      return (
        "",
        Answer.Failure(
          code: "formula-cell",
          message: "the prediction is a formula cell; its text was lost when the file was written")
      )
    }
    switch value {
    case .some(.string(let text)): return (text, failure(saidBy: text))
    case .some(.null), nil:
      return ("", Answer.Failure(code: "no-prediction", message: "the file holds no prediction"))
    case .some(.number(let number)) where number.isNaN:
      return ("", Answer.Failure(code: "no-prediction", message: "the prediction is NaN"))
    // Lists are those of repeated requests; the first counts.
    case .some(.array(let items)): return read(items.first)
    case .some(let other): return (other.text(), nil)
    }
  }

  /// The failure that a text reports instead of answering.
  ///
  /// What VLMEvalKit's and lmms-eval's clients write, as whole answers: a model that quotes such a
  /// sentence says more than it.
  static func failure(saidBy text: String) -> Answer.Failure? {
    let plain = PythonString(text).strip().lower().text
    // Errors that a client appends can be long; a model that quotes the sentence says more before.
    let isReport = reports.contains(where: plain.hasPrefix)
    guard isReport else { return nil }
    return Answer.Failure(
      code: "no-answer", message: "the text reports that no answer came: \(text)")
  }

  private static let reports = [
    // VLMEvalKit, by its clients' spellings
    "failed to obtain answer", "fail to obtain answer",
    // lmms-eval
    "[lmms_eval_request_failed", "[lmms_eval_budget_exceeded]", "[error] unknown",
    "[error] empty prompt",
  ]
}
