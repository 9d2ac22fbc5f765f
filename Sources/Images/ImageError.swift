public import Diagnostics

/// What can be wrong with an image or with the settings it is prepared by.
public struct ImageError: LocatedError {
  public enum Code: String, Sendable {
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
