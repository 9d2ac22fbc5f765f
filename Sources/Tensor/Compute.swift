/// The executor of the model's operators: it holds what they share (threads, instruction set) and nothing of a model.
///
/// Every operator's result for a row depends on that row, the weights and the keys it sees only: not on the number of
/// threads, nor on which other rows are computed in the same call.
public final class Compute: Sendable {
  public let threads: Int

  public init(threads: Int) {
    self.threads = max(1, threads)
  }
}
