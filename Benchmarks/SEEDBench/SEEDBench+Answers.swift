import Evaluation
import Exchange

extension SEEDBench: LetteredAnswers {}
