import DataFormats
import Diagnostics

/// Reads typed values of a JSON object with defaults and bounds; every complaint names the file and
/// the key.
///
/// A key that is absent or null has its default, because Hugging Face writes only what differs from
/// the class.
struct ConfigurationReader {
  let node: JSONNode

  init(_ node: JSONNode) throws {
    self.node = node
    _ = try node.members()
  }

  /// Whether the key is there with a value other than null.
  func has(_ key: String) -> Bool { node.value[key].map { !$0.isNull } ?? false }

  func int(_ key: String, default value: Int, in range: ClosedRange<Int>) throws -> Int {
    guard let found = try node.optional(key) else { return value }
    let number = try found.int()
    guard range.contains(number) else {
      throw invalid(key, "\(number) is outside \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func optionalInt(_ key: String, in range: ClosedRange<Int>) throws -> Int? {
    guard try node.optional(key) != nil else { return nil }
    return try int(key, default: 0, in: range)
  }

  func double(_ key: String, default value: Double, in range: ClosedRange<Double>) throws -> Double
  {
    guard let found = try node.optional(key) else { return value }
    let number = try found.double()
    guard range.contains(number) else {
      throw invalid(key, "\(number) is outside \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func bool(_ key: String, default value: Bool) throws -> Bool {
    try node.optional(key)?.bool() ?? value
  }
  func string(_ key: String, default value: String) throws -> String {
    try node.optional(key)?.string() ?? value
  }
  func optionalString(_ key: String) throws -> String? { try node.optional(key)?.string() }

  func object(_ key: String) throws -> ConfigurationReader? {
    try node.optional(key).map { try ConfigurationReader($0) }
  }

  /// A token id or a list of them; absent gives nil.
  func tokenIDs(_ key: String) throws -> [Int]? {
    guard let found = try node.optional(key) else { return nil }
    guard case .array = found.value else { return [try int(key, default: 0, in: Bounds.tokenID)] }
    return try found.list().map { item in
      let id = try item.int()
      guard Bounds.tokenID.contains(id) else { throw invalid(key, "\(id) is no token id") }
      return id
    }
  }

  func invalid(_ key: String, _ message: String) -> CheckpointError {
    error(.invalidConfiguration, key, message)
  }
  func unsupported(_ key: String, _ message: String) -> CheckpointError {
    error(.unsupportedConfiguration, key, message)
  }

  private func error(
    _ code: CheckpointError.Code, _ key: String, _ message: String
  ) -> CheckpointError {
    CheckpointError(
      code, message, file: node.file, place: node.path.isEmpty ? key : "\(node.path).\(key)")
  }

  /// Limits far above every known model and far below what could overflow a product of four of
  /// them.
  enum Bounds {
    static let width = 1...131_072
    static let intermediate = 1...1_048_576
    static let layers = 1...1_024
    static let heads = 1...4_096
    static let vocabulary = 1...4_194_304
    static let positions = 1...1_073_741_824
    static let pixels = 1...8_192
    static let crops = 1...1_024
    static let tokenID = 0...4_194_304
    static let epsilon = 0.0...1.0
  }
}
