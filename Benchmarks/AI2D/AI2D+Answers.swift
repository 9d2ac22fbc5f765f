import Evaluation
import Exchange

extension AI2D: LetteredAnswers {}
