public import Diagnostics

/// What can be wrong with Tesseract: its language data, or an image that it does not take.
public struct OCRError: LocatedError {
  public enum Code: String, Sendable {
    /// No language data were found.
    case missingData = "missing-tesseract-data"
    /// The language data were found and cannot be used.
    case invalidData = "invalid-tesseract-data"
    /// An image that Tesseract cannot read.
    case unsuitableImage = "unsuitable-image"
    /// Tesseract gave up on an image.
    case failedRecognition = "failed-recognition"
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
}
