public import DataFormats
import Foundation
import TestSupport

/// A running `hostile_server.py`; ends with this object.
public final class HostileServer {
  /// Where a test's own server needs only Python's standard library.
  public static let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }
  public static var isAvailable: Bool { python != nil }

  public let port: Int
  private let process: ChildProcess
  private let folder: TemporaryFolder

  public var address: String { "openai:http://127.0.0.1:\(port)/v1" }

  /// - Parameter script: as the server's own text says.
  public init(_ script: JSONValue, arguments: [String] = []) throws {
    folder = try TemporaryFolder()
    let file = try folder.write(script.text(), to: "script.json")
    let server = TestMaterial.project + "/Tests/ServerTestSupport/hostile_server.py"
    process = try ChildProcess(
      Self.python ?? "/usr/bin/python3", [server, file] + arguments, input: .pipe)
    port = Int(process.readLine()) ?? 0
  }

  deinit {
    process.closeInput()
    process.terminate()
  }

  /// All chat requests that it has seen.
  public func requests() throws -> [JSONValue] {
    try log()["requests"]?.arrayValue ?? []
  }

  public func log() throws -> JSONValue {
    guard let url = URL(string: "http://127.0.0.1:\(port)/log") else { return .null }
    let data = try Data(contentsOf: url)
    return try JSONValue.parse([UInt8](data))
  }
}
