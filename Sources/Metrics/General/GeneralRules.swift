import PythonText

extension Profile {
  /// What the evaluator's rule is given of a prediction, for the eight general benchmarks:
  /// lmms-eval takes reasoning out of it and strips it, the others score it as it was generated.
  func given(_ prediction: PythonString) -> PythonString {
    guard evaluator == .lmmsEval else { return prediction }
    let text = textScored(of: prediction.text).map { PythonString($0) } ?? prediction
    return text.strip()
  }
}
