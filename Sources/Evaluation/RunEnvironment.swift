import DataFormats
import Foundation

/// What a run is made with, beside the model and the data: the command, the machine, the program.
///
/// None of it is part of a run's identity, since the engine gives the same answers on any machine;
/// a comparison shows in what two runs differ.
public struct RunEnvironment: Sendable, Equatable {
  /// The program's arguments, its own name first.
  public var commandLine: [String]
  public var host: String
  /// The processor's name as the system gives it.
  public var processor: String
  /// The instruction set that the kernels use.
  public var instructionSet: String
  /// The commit that the program was built from, `-dirty` where the build differed from it, or in
  /// words that it is not known.
  public var codeVersion: String

  /// - Parameter instructionSet: what the engine uses; `unknown` where no engine takes part
  public init(
    commandLine: [String], instructionSet: String = "unknown", codeVersion: String = "unknown"
  ) {
    self.commandLine = commandLine
    host = Self.hostName
    processor = Self.processorName
    self.instructionSet = instructionSet
    self.codeVersion = codeVersion
  }

  /// The machine's own name for itself; Foundation's asks the name servers, which may take seconds.
  static let hostName: String = {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }()

  /// `model name` of `/proc/cpuinfo`, or the architecture where the system names no model.
  static let processorName: String = {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    let name = line?.split(separator: ":", maxSplits: 1).last.map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    if let name, !name.isEmpty { return name }
    #if arch(x86_64)
      return "x86_64"
    #elseif arch(arm64)
      return "arm64"
    #else
      return "unknown"
    #endif
  }()

  init(_ node: JSONNode) throws(DataFormatError) {
    commandLine = try node["command_line"].strings()
    host = try node["host"].string()
    processor = try node["processor"].string()
    instructionSet = try node["instruction_set"].string()
    codeVersion = try node["code_version"].string()
  }
}

/// One process that worked on a run; a run that was killed and continued has several.
public struct RunInvocation: Sendable, Equatable {
  public var environment: RunEnvironment
  public var started: Date
  /// Nil while it works, and for ever where it was killed or failed.
  public var ended: Date?

  /// An invocation that begins now.
  public init(_ environment: RunEnvironment, started: Date = Date()) {
    self.environment = environment
    self.started = Date(timeIntervalSince1970: started.timeIntervalSince1970.rounded(.down))
  }

  var json: JSONValue {
    [
      "started": .string(Self.text(started)),
      "ended": ended.map { .string(Self.text($0)) } ?? .null,
      "command_line": .array(environment.commandLine.map { .string($0) }),
      "host": .string(environment.host), "processor": .string(environment.processor),
      "instruction_set": .string(environment.instructionSet),
      "code_version": .string(environment.codeVersion),
    ]
  }

  init(_ node: JSONNode) throws(DataFormatError) {
    environment = try RunEnvironment(node)
    started = try Self.date(node["started"])
    ended = try node.optional("ended").map { node throws(DataFormatError) in try Self.date(node) }
  }

  /// A time in ISO 8601, in UTC, to the second: `2026-11-28T03:00:00Z`.
  public static func text(_ date: Date) -> String { date.formatted(.iso8601) }

  private static func date(_ node: JSONNode) throws(DataFormatError) -> Date {
    guard let date = try? Date(node.string(), strategy: .iso8601) else {
      throw node.mismatch("a time as 2026-11-28T03:00:00Z")
    }
    return date
  }
}
