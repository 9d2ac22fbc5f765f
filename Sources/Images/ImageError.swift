public import Diagnostics

/// What can be wrong with an image or with the settings it is prepared by.
public typealias ImageError = CodedError<ImageErrorCode>

/// The codes of ``ImageError``.
public enum ImageErrorCode: String, Sendable {
  /// The bytes are no PNG, JPEG or WebP.
  case unknownFormat = "unknown-image-format"
  /// A format, or a variant of one, that is recognised but not read.
  case unsupportedFormat = "unsupported-image-format"
  case truncated = "truncated-image"
  case corrupt = "corrupt-image"
  /// More pixels than allowed.
  case tooLarge = "image-too-large"
  /// The image cannot be prepared in the wanted mode.
  case unsuitableSize = "unsuitable-image-size"
  /// The settings of the preprocessing are wrong.
  case invalidConfiguration = "invalid-image-configuration"
}
