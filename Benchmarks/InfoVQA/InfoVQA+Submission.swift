import Evaluation
import Exchange

extension InfoVQA: Submitted {
  public var submissions: [AnswerExport] { [.robustReading] }
}
