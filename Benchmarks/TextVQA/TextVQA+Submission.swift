import Evaluation
import Exchange

extension TextVQA: Submitted {
  public var submissions: [AnswerExport] { [.evalAI] }
}
