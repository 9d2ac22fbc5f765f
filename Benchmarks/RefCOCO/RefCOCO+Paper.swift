import Evaluation

extension RefCOCO: PrintedInPaper {}
