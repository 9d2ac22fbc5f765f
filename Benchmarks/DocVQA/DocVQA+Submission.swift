import Evaluation
import Exchange

extension DocVQA: Submitted {
  public var submissions: [AnswerExport] { [.robustReading] }
}
