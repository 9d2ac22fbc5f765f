/// A part of a run that one process answers: images `index`, `index + count`, ... of the data, each
/// with all its questions.
public struct Shard: Sendable, Equatable {
  public let index: Int
  public let count: Int

  /// Nil unless `0 <= index < count`.
  public init?(index: Int, count: Int) {
    guard index >= 0, index < count else { return nil }
    self.index = index
    self.count = count
  }

  private init() { (index, count) = (0, 1) }
  /// The whole run.
  public static let whole = Shard()

  /// The name of its log in the run's folder of answers: `answers.0-of-4.jsonl`.
  var logName: String { "answers.\(index)-of-\(count).jsonl" }
}
