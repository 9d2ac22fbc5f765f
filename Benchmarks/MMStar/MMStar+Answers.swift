import Evaluation
import Exchange

extension MMStar: LetteredAnswers {}
