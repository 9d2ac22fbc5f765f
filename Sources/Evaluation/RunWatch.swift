/// Reads the answers of a run while it is made, and may end it before its time.
///
/// Everything is called on the thread that runs the runner.
///
/// ```swift
/// run.watch = watch
/// let scored = try run.answered(by: model, in: folder, profiles: .all, progress: progress)
/// if scored.end != nil { print("stopped early") }
/// ```
public protocol RunWatch: AnyObject {
  /// Where a question's image stands in the order of asking; images of one place keep the order of
  /// the data.
  func place(of id: String) -> Int

  /// Gets what the log holds of the selection already, then answers as they come; a question that
  /// failed may come again.
  /// - Throws: ``RunEnd``; the answers that were given are in the log
  func received(_ answers: [(id: String, answer: Answer)]) throws(RunEnd)
}
