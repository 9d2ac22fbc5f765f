/// The error of a module: one of its codes, the sentence, where it happened and what caused it.
///
/// ```swift
/// public typealias ImageError = CodedError<ImageErrorCode>
/// throw ImageError(.truncatedImage, "the PNG ends before its image data", at: location)
/// ```
public struct CodedError<Codes>: LocatedError
where Codes: RawRepresentable & Sendable, Codes.RawValue == String {
  public typealias Code = Codes

  public var code: Code
  public var message: String
  public var location: Location?
  public var cause: (any Error)?

  public init(
    _ code: Code, _ message: String, at location: Location? = nil, cause: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.location = location
    self.cause = cause
  }

  /// The raw value of the code: kebab-case, for machines.
  public var codeName: String { code.rawValue }
}
