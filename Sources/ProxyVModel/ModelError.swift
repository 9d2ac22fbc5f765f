import Diagnostics

/// What can go wrong between a checkpoint and an answer.
public struct ModelError: LocatedError {
  public enum Code: String, Sendable {
    case methodUnavailable = "method-unavailable"
    case invalidRequest = "invalid-request"
    case unknownMethod = "unknown-method"
    case tooManyCrops = "too-many-crops"
    case imageCountMismatch = "image-count-mismatch"
    case promptTooLong = "prompt-too-long"
    case tokenizerMismatch = "tokenizer-mismatch"
    case nonFiniteLogits = "non-finite-logits"
  }

  public var code: Code
  public var message: String
  public var location: Location?
  public var cause: (any Error)?
  public var codeName: String { code.rawValue }

  public init(
    _ code: Code, _ message: String, at location: Location? = nil, cause: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.location = location
    self.cause = cause
  }

  /// A method whose weights the checkpoint does not hold.
  /// - Parameter methods: what works without those weights
  static func methodUnavailable(
    _ method: String, needs key: String, instead methods: String
  ) -> ModelError {
    ModelError(
      .methodUnavailable,
      """
      the method \(method) needs the weights \(key), which this checkpoint does not have; use \
      --method \(methods)
      """
    )
  }
}
