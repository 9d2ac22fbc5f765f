import Evaluation

/// Which questions of the data a file of answers is about, where it says so: what was not asked is
/// neither answered nor missing, and a part never passes for the whole.
package struct AnswerCoverage: Sendable {
  /// Questions of the data.
  package var total: Int
  /// The ids of those that were asked; nil: those that have a record.
  package var asked: [String]?
  /// Every question, where the file stores them all.
  package var samples: [Sample] = []

  package init(total: Int, asked: [String]? = nil, samples: [Sample] = []) {
    self.total = total
    self.asked = asked
    self.samples = samples
  }

  /// The samples that were asked, of those that answers were joined to.
  ///
  /// - Parameter isAnswered: whether there is a record, per sample
  package func selection(of samples: [Sample], isAnswered: [Bool]) -> Selection {
    let ids = samples.map(\.id)
    let answered = zip(ids, isAnswered).filter(\.1).map(\.0)
    var wanted = Set(asked ?? answered)
    if let asked, !wanted.isSubset(of: ids) {
      // Data in another layout may have other ids: those that were asked are known where each has
      // its answer. Where one lacks it, it must not be taken for one that was not asked.
      guard answered.count == asked.count else { return .all }
      wanted = Set(answered)
    }
    return wanted.count < ids.count ? Selection(ids: ids.filter(wanted.contains)) : .all
  }
}
