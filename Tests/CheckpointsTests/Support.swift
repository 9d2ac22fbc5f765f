import Checkpoints
import DataFormats
import Diagnostics
import Foundation
import TestSupport
import Testing

/// Where test data lies, found from this source file.
enum TestData {
  static let fixtures = TestMaterial.fixtures + "/checkpoints"
  /// The folder of reference models.
  static let models = TestMaterial.golden + "/model/models"
  static let modelNames =
    (try? FileManager.default.contentsOfDirectory(atPath: fixtures + "/configs").sorted()) ?? []

  static func json(_ name: String) throws -> JSONNode {
    try JSONNode(contentsOf: fixtures + "/" + name)
  }
}

/// A safetensors file from a header's text and data, with the true header length or a lie.
func safetensors(header: String, data: Int, length: UInt64? = nil) -> [UInt8] {
  let text = Array(header.utf8)
  let declared = length ?? UInt64(text.count)
  return (0..<8).map { UInt8(truncatingIfNeeded: declared >> (UInt64($0) * 8)) } + text
    + (0..<data).map { UInt8(truncatingIfNeeded: $0) }
}

/// The error that `body` throws, as the module's own type.
func checkpointError(_ body: () throws -> Void) -> CheckpointError? {
  do {
    try body()
    return nil
  } catch {
    return error as? CheckpointError
  }
}

/// The sentence that a user reads for the error that `body` throws; empty where it throws none.
func sentence(_ body: () throws -> Void) -> String {
  do {
    try body()
    return ""
  } catch {
    return render(error)
  }
}
