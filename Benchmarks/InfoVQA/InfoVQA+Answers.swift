import Evaluation
import Exchange

extension InfoVQA: RecognizedByAnswers {
  public var otherNames: [String] { ["infographicvqa", "infographicsvqa"] }
}
