import Evaluation
import Exchange

extension Colours: Submitted {
  public var submissions: [AnswerExport] { [.evalAI] }
}
