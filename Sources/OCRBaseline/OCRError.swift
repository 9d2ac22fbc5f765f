public import Diagnostics

/// What can be wrong with Tesseract: its language data, or an image that it does not take.
public typealias OCRError = CodedError<OCRErrorCode>

/// The codes of ``OCRError``.
public enum OCRErrorCode: String, Sendable {
  /// No language data were found.
  case missingData = "missing-tesseract-data"
  /// The language data were found and cannot be used.
  case invalidData = "invalid-tesseract-data"
  /// An image that Tesseract cannot read.
  case unsuitableImage = "unsuitable-image"
  /// Tesseract gave up on an image.
  case failedRecognition = "failed-recognition"
}
