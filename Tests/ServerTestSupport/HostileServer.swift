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
  private let process = Process()
  private let input = Pipe()
  private let folder: TemporaryFolder

  public var address: String { "openai:http://127.0.0.1:\(port)/v1" }

  /// - Parameter script: as the server's own text says.
  public init(_ script: JSONValue, arguments: [String] = []) throws {
    folder = try TemporaryFolder()
    let file = try folder.write(script.text(), to: "script.json")
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: Self.python ?? "/usr/bin/python3")
    process.arguments =
      [TestMaterial.project + "/Tests/ServerTestSupport/hostile_server.py", file] + arguments
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    var line: [UInt8] = []
    while line.last != 0x0A {
      let data = output.fileHandleForReading.readData(ofLength: 1)
      if data.isEmpty { break }
      line.append(contentsOf: data)
    }
    port = Int(String(decoding: line.dropLast(), as: UTF8.self)) ?? 0
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.terminate()
    process.waitUntilExit()
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
