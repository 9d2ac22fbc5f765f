import Diagnostics

/// What can go wrong between a checkpoint and an answer.
public typealias ModelError = CodedError<ModelErrorCode>

/// The codes of ``ModelError``.
public enum ModelErrorCode: String, Sendable {
  case methodUnavailable = "method-unavailable"
  case invalidRequest = "invalid-request"
  case unknownMethod = "unknown-method"
  case tooManyCrops = "too-many-crops"
  case imageCountMismatch = "image-count-mismatch"
  case promptTooLong = "prompt-too-long"
  case tokenizerMismatch = "tokenizer-mismatch"
  case nonFiniteLogits = "non-finite-logits"
}

extension ModelError {
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
