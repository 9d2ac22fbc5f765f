public import Diagnostics

/// What can be wrong with a checkpoint: its files, its tensors or its configuration.
public struct CheckpointError: LocatedError {
  public enum Code: String, Sendable, CaseIterable {
    case unreadableFile = "unreadable-file"
    case unwritableFile = "unwritable-file"
    case invalidHeader = "invalid-header"
    case unknownDType = "unknown-dtype"
    case wrongDType = "wrong-dtype"
    case invalidOffsets = "invalid-offsets"
    case sizeMismatch = "size-mismatch"
    case truncatedFile = "truncated-file"
    case missingTensor = "missing-tensor"
    case extraTensor = "extra-tensor"
    case wrongShape = "wrong-shape"
    case invalidIndex = "invalid-index"
    case noWeights = "no-weights"
    case pickledWeights = "pickled-weights"
    case invalidConfiguration = "invalid-configuration"
    case unsupportedConfiguration = "unsupported-configuration"
    case missingTower = "missing-tower"
    case invalidRequest = "invalid-request"
    case diskSpace = "disk-space"
  }

  public var code: Code
  public var message: String
  public var location: Location?
  public var cause: (any Error)?
  public var codeName: String { code.rawValue }

  public init(
    _ code: Code, _ message: String, file: String? = nil, place: String? = nil,
    cause: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.location = file == nil && place == nil ? nil : Location(file: file, place: place)
    self.cause = cause
  }

  /// An error about one tensor of a file.
  public init(_ code: Code, _ message: String, file: String?, tensor: String) {
    self.init(code, message, file: file, place: "tensor \(tensor)")
  }
}
