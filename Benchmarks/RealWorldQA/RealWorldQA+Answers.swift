import Evaluation
import Exchange

extension RealWorldQA: LetteredAnswers {}
