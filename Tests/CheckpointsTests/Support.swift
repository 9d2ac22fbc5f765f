import Checkpoints
import DataFormats
import Diagnostics
import Foundation
import Testing

/// Where test data lies, found from this source file.
enum TestData {
  static let fixtures =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path + "/Fixtures/checkpoints"

  /// The folder of reference models, or nil where this machine has none.
  static let models: String? = {
    if let shared = ProcessInfo.processInfo.environment["PROXYV_SHARED"] { return existing(shared + "/golden/model/models") }
    var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    while folder.path != "/" {
      folder.deleteLastPathComponent()
      if let found = existing(folder.path + "/shared/golden/model/models") { return found }
    }
    return nil
  }()

  static let modelNames = (try? FileManager.default.contentsOfDirectory(atPath: fixtures + "/configs").sorted()) ?? []

  static func json(_ name: String) throws -> JSONNode { try JSONNode(contentsOf: fixtures + "/" + name) }

  private static func existing(_ path: String) -> String? { FileManager.default.fileExists(atPath: path) ? path : nil }
}

/// A folder that disappears with this object.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/checkpoints-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ bytes: [UInt8], to name: String) throws -> String {
    let file = path + "/" + name
    try FileManager.default.createDirectory(
      atPath: URL(fileURLWithPath: file).deletingLastPathComponent().path, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    return file
  }

  func write(_ text: String, to name: String) throws -> String { try write(Array(text.utf8), to: name) }

  var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? [] }
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
