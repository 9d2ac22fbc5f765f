import CTestSupport
import DataFormats
import Glibc

/// A process that a test starts and waits for: `posix_spawn` and `waitpid`, nothing between.
///
/// Foundation's `Process` learns of a child's end through a run loop of its own and was seen to
/// miss it on two cores, so that `waitUntilExit` never came back. Here a wait has an end: a child
/// that runs longer than it may is killed, and the test that waits for it fails.
///
/// ```swift
/// let child = try ChildProcess("/bin/sh", ["-c", "echo hello"])
/// #expect(child.readToEnd() == "hello\n" && child.wait().status == 0)
/// ```
public final class ChildProcess {
  /// What a child's stream is connected to.
  public enum Stream {
    /// `/dev/null`.
    case null
    /// The test's own.
    case inherited
    /// A pipe to the test: `write`, `readLine` and `readToEnd`.
    case pipe
    /// A file, made or cut where it is written to.
    case file(String)
    /// A terminal of so many columns, which output and errors share: `readToEnd` shows its screen.
    case terminal(columns: Int)
  }

  /// How a child ended.
  public struct Ending: Equatable, Sendable {
    /// The exit code, or the number of the signal.
    public let status: Int32
    public let wasSignalled: Bool
  }

  public enum Failure: Error { case notStarted(String, code: Int32) }

  public let processIdentifier: Int32
  private var ending: Ending?
  private var inputDescriptor: Int32?
  private var outputDescriptor: Int32?

  /// - Parameters:
  ///   - environment: what is added to the test's own environment.
  ///   - folder: where it starts; the test's own folder without.
  public init(
    _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:],
    folder: String? = nil, input: Stream = .null, output: Stream = .pipe, errors: Stream = .null
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var childEnds: [Int32] = []
    defer { for descriptor in childEnds { close(descriptor) } }
    var screen: Int32?
    for (stream, target) in [(input, Int32(0)), (output, 1), (errors, 2)] {
      let flags = target == 0 ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC
      switch stream {
      case .inherited: posix_spawn_file_actions_adddup2(&actions, target, target)
      case .null: posix_spawn_file_actions_addopen(&actions, target, "/dev/null", flags, 0)
      case .file(let path): posix_spawn_file_actions_addopen(&actions, target, path, flags, 0o644)
      case .pipe:
        var ends: [Int32] = [0, 0]
        guard closed_on_exec_pipe(&ends) == 0 else {
          throw Failure.notStarted(executable, code: errno)
        }
        let (own, childs) = target == 0 ? (ends[1], ends[0]) : (ends[0], ends[1])
        if target == 0 { inputDescriptor = own } else { outputDescriptor = own }
        childEnds.append(childs)
        posix_spawn_file_actions_adddup2(&actions, childs, target)
      case .terminal(let columns):
        if screen == nil {
          var ends: [Int32] = [0, 0]
          guard terminal_pair(&ends, Int32(columns)) == 0 else {
            throw Failure.notStarted(executable, code: errno)
          }
          outputDescriptor = ends[0]
          screen = ends[1]
          childEnds.append(ends[1])
        }
        if let screen { posix_spawn_file_actions_adddup2(&actions, screen, target) }
      }
    }
    // What other tests hold open at this moment is not for this child.
    spawn_closes_from(&actions, 3)
    if let folder { spawn_starts_in(&actions, folder) }

    // A test's thread may have signals blocked, which a child would inherit: it could not be asked
    // to end.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (none, all) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))

    var words: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) }
    var variables = Self.ownEnvironment.merging(environment) { $1 }
      .map { strdup("\($0.key)=\($0.value)") }
    defer { for text in words + variables { free(text) } }
    words.append(nil)
    variables.append(nil)
    var identifier: pid_t = 0
    let code = posix_spawnp(&identifier, executable, &actions, &attributes, words, variables)
    guard code == 0 else {
      for descriptor in [inputDescriptor, outputDescriptor] { descriptor.map { _ = close($0) } }
      throw Failure.notStarted(executable, code: code)
    }
    processIdentifier = identifier
  }

  deinit {
    closeInput()
    if let outputDescriptor { close(outputDescriptor) }
    if isRunning {
      kill(processIdentifier, SIGKILL)
      wait()
    }
  }

  public var isRunning: Bool {
    if ending == nil { reap(WNOHANG) }
    return ending == nil
  }

  /// Waits for the end; a child that is not done after `seconds` is killed.
  @discardableResult
  public func wait(atMost seconds: Int = 600) -> Ending {
    var waited = 0
    while isRunning {
      usleep(2_000)
      waited += 2
      if waited == seconds * 1_000 { kill(processIdentifier, SIGKILL) }
    }
    return ending ?? Ending(status: -1, wasSignalled: true)
  }

  public func send(_ signal: Int32) {
    if isRunning { kill(processIdentifier, signal) }
  }

  /// Asks it to end, and waits until it has.
  public func terminate() {
    send(SIGTERM)
    wait(atMost: 30)
  }

  public func write(_ text: String) {
    guard let inputDescriptor else { return }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(inputDescriptor, $0.baseAddress, $0.count) }
      if count <= 0 { return }
      rest = rest.dropFirst(count)
    }
  }

  public func closeInput() {
    if let inputDescriptor { close(inputDescriptor) }
    inputDescriptor = nil
  }

  /// The reader of its output goes away: what it writes to a terminal from now on fails with `EIO`.
  public func hangUp() {
    if let outputDescriptor { close(outputDescriptor) }
    outputDescriptor = nil
  }

  /// The next line of its output, without its end; what came where it ends before.
  public func readLine() -> String {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while let outputDescriptor, read(outputDescriptor, &byte, 1) == 1, byte != 0x0A {
      line.append(byte)
    }
    return String(decoding: line, as: UTF8.self)
  }

  /// The rest of its output; waits until it is closed.
  public func readToEnd() -> String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while let outputDescriptor {
      let count = read(outputDescriptor, &chunk, chunk.count)
      if count <= 0 { break }
      bytes += chunk[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func reap(_ options: Int32) {
    var word: Int32 = 0
    guard waitpid(processIdentifier, &word, options) == processIdentifier else { return }
    let signal = word & 0x7F
    ending = Ending(
      status: signal == 0 ? (word >> 8) & 0xFF : signal, wasSignalled: signal != 0)
  }

  private static var ownEnvironment: [String: String] {
    var found: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let pair = String(cString: text).split(separator: "=", maxSplits: 1)
      if let name = pair.first { found[String(name)] = pair.count == 2 ? String(pair[1]) : "" }
      entry += 1
    }
    return found
  }
}

extension ChildProcess {
  /// What a child that has ended printed.
  public struct Outcome: Sendable {
    public let status: Int32
    public let wasSignalled: Bool
    public let output: String
    public let errors: String
  }

  /// Runs a child to its end. Its streams are files and not pipes: a full pipe would stop it.
  ///
  /// - Parameter whileRunning: called once after the start, as to kill it at a moment.
  public static func run(
    _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:],
    folder: String? = nil, input: String = "", atMost seconds: Int = 600,
    whileRunning: (ChildProcess) -> Void = { _ in }
  ) throws -> Outcome {
    let scratch = try TemporaryFolder()
    let given = try scratch.write(input, to: "in")
    let (printed, told) = (scratch.path + "/out", scratch.path + "/err")
    let child = try ChildProcess(
      executable, arguments, environment: environment, folder: folder, input: .file(given),
      output: .file(printed), errors: .file(told))
    whileRunning(child)
    let ending = child.wait(atMost: seconds)
    return Outcome(
      status: ending.status, wasSignalled: ending.wasSignalled,
      output: String(decoding: try readFile(printed), as: UTF8.self),
      errors: String(decoding: try readFile(told), as: UTF8.self))
  }
}
