import Evaluation

extension MMBench: PrintedInPaper {}
