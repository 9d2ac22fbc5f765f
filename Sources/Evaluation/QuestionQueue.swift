/// The order in which several workers ask the questions of a run.
///
/// A page's first question goes alone: the server computes the page's prefix with it. Then all
/// others of the page are free and come before any new page, so that they find the prefix in the
/// server's cache.
struct QuestionQueue: Sendable {
  enum Turn: Equatable, Sendable {
    /// A question, as a place in `groups` and one within the group.
    case question(group: Int, place: Int)
    /// Nothing now, but the first questions of some pages are still being asked.
    case wait
    case done
  }

  private let counts: [Int]
  private var nextGroup = 0
  /// Questions that are free, in order; those before `freeStart` are taken.
  private var free: [(group: Int, place: Int)] = []
  private var freeStart = 0
  /// Pages whose first question is being asked.
  private var opening = 0

  /// - Parameter counts: the number of questions of each page, none 0.
  init(counts: [Int]) { self.counts = counts }

  mutating func next() -> Turn {
    if freeStart < free.count {
      defer { freeStart += 1 }
      return .question(group: free[freeStart].group, place: free[freeStart].place)
    }
    free.removeAll(keepingCapacity: true)
    freeStart = 0
    if nextGroup < counts.count {
      defer { nextGroup += 1 }
      if counts[nextGroup] > 1 { opening += 1 }
      return .question(group: nextGroup, place: 0)
    }
    return opening > 0 ? .wait : .done
  }

  /// The question is answered or has failed.
  mutating func finished(group: Int, place: Int) {
    guard place == 0, counts[group] > 1 else { return }
    opening -= 1
    for place in 1..<counts[group] { free.append((group, place)) }
  }
}
