public import Diagnostics

/// A model that may be asked several things at once: one behind a network interface, which has a
/// machine of its own.
///
/// Its ``AnsweringModel/answer(_:about:deliver:)`` is called from several threads, each with one
/// prompt; what the prompts of one image share (its encoding for the wire) the model keeps itself.
public protocol ConcurrentModel: AnsweringModel, Sendable {
  /// How many prompts are asked at once at most; at least 1.
  var concurrency: Int { get }

  /// Tells the model what a run that is continued has answered already, so that what was spent on
  /// it counts.
  func takeIntoAccount(_ answered: [Answer])
}

/// What a model throws where asking on makes no sense: a wrong key, a used-up budget. The prompt is
/// not logged as failed, and the same command continues the run.
public struct RunEnd: Error, Sendable {
  public enum Kind: Sendable {
    /// Something is wrong and must be mended first.
    case fault
    /// A limit that the user has set is reached; what is there is sound, but incomplete.
    case limit
  }

  public var kind: Kind
  public var reason: any LocatedError

  public init(_ kind: Kind, _ reason: any LocatedError) {
    self.kind = kind
    self.reason = reason
  }
}
