import Diagnostics
import Evaluation
import Exchange
import Metrics
import PythonText

extension RefCOCO {
  /// The three sets of referring expressions over COCO's images; the benchmark is the first.
  public enum DataSet: String, Sendable, CaseIterable {
    case refCOCO = "RefCOCO"
    case refCOCOPlus = "RefCOCO+"
    case refCOCOg = "RefCOCOg"

    /// From a file's or a data set's name: `lmms-lab/RefCOCOplus`, `refcoco+_testA_240101.json`.
    public init?(named name: String) {
      let lowered = name.lowercased()
      if lowered.contains("refcoco+") || lowered.contains("refcocoplus")
        || lowered.contains("refcocop_")
      {
        self = .refCOCOPlus
      } else if lowered.contains("refcocog") {
        self = .refCOCOg
      } else if lowered.contains("refcoco") {
        self = .refCOCO
      } else {
        return nil
      }
    }
  }

  /// Refuses a file of another program in which no answer holds a box: a figure of 0 for it would
  /// be no score.
  static func checkBoxes(_ file: AnswerFile) throws(EvaluationError) {
    let answers = file.records.filter { $0.failure == nil && $0.verdict == nil }
    guard !file.format.isRun, let first = answers.first,
      !answers.contains(where: { BoxParser.lenient(PythonString($0.prediction)) != nil })
    else { return }
    throw EvaluationError(
      .invalidData,
      "none of the \(answers.count) answers holds a box, four numbers, that any evaluator reads;"
        + " points, polygons and words are not scored", at: first.location)
  }

  /// What must be said of boxes: how they were read, and how many could not be, or lie where only
  /// another unit would put them.
  func boxRemarks(_ scored: [ScoredSample], profile: Profile) -> [String] {
    var remarks: [String] = []
    switch boxSpace {
    case .image: break
    case .paddedSquare:
      remarks.append("boxes taken for relative to the image padded to a square")
    case .thousandths: remarks.append("boxes taken for thousandths of the image")
    case .pixels: remarks.append("boxes taken for pixels of the image")
    }
    let unread = scored.count { $0.score.extracted == nil && $0.sample.verdict == nil }
    if unread > 0 { remarks.append("no box was read in \(unread) of \(scored.count) answers") }
    if boxSpace == .image, profile.evaluator != .vlmEvalKit {
      remarks += unitRemark(scored, profile: profile)
    }
    return remarks
  }

  /// Boxes that lie outside 0 to 1, with the flag that reads them.
  private func unitRemark(_ scored: [ScoredSample], profile: Profile) -> [String] {
    let outside = scored.compactMap { entry -> (text: String, sample: Sample)? in
      guard entry.sample.boxUnit == nil, let text = entry.score.extracted,
        let box = BoxParser.lenient(PythonString(text)), box.numbers.contains(where: { $0 > 1.5 })
      else { return nil }
      return (text, entry.sample)
    }
    guard !outside.isEmpty else { return [] }
    let units: [BoxIoU.Space] = [.thousandths, .pixels]
    let hits = units.map { unit in
      outside.count { entry in
        RefCOCO(boxSpace: unit).score(entry.text, for: entry.sample, profile: profile).value == 1
      }
    }
    let best = hits[0] >= hits[1] ? 0 : 1
    return [
      "\(outside.count) of \(scored.count) boxes lie outside 0 to 1 (thousandths or pixels?); "
        + "--box-space \(units[best].rawValue) reads them, with \(hits[best]) hits"
    ]
  }
}
