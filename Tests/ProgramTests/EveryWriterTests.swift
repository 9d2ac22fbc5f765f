import DataFormats
import Foundation
import TestSupport
import Testing

/// Every command that writes, at every kind of place where writing can fail.
@Suite(.serialized) struct EveryWriterTests {
  /// Commands that write the one file FILE.
  static let files = [
    "answer --model MODEL --prompt hello --max-new-tokens 1 --dump FILE",
    "compare RUN RUN --format json --output FILE",
    "export RUN --format rrc --allow-incomplete --output FILE",
    "score RUN --format csv --output FILE", "report RUN --format csv --output FILE",
    "list --format json --output FILE",
  ]

  /// Commands that write into the folder OUT.
  static let folders = [
    "run docvqa --model MODEL --data SAMPLES/docvqa --aspect pad --limit 2 --output OUT",
    "study masking docvqa --model MODEL --data SAMPLES --aspect pad --limit 1 --output OUT",
    "merge RUN --output OUT", "view RUN --output OUT",
    "export RUN --format lmms-eval --output OUT", "synthesize tiny --output OUT",
    "history show ROOT --svg OUT", "bench scoring --write-data OUT",
    "nightly run PLAN --output OUT",
  ]

  private func call(_ command: String, _ place: String) throws -> Program.Outcome {
    let words = try EveryCommand.words(
      command.replacing("FILE", with: "'\(place)'"), output: "'\(place)'")
    return try ChildProcess.run("/bin/sh", ["-c", "exec '\(Program.path)' \(words)"])
  }

  private func type(_ path: String) -> mode_t {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : 0
  }

  /// All below a folder, so that nothing half-written is left.
  private func names(below folder: String) -> [String] {
    (FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []).sorted()
  }

  @Test(arguments: files)
  func `a device is written into and stays one`(command: String) throws {
    let outcome = try call(command, "/dev/null")
    if command.contains("--dump") {
      // Written at any offset: what is no regular file is refused.
      expectOneSentence(outcome, status: 1, mentions: ["/dev/null", "regular file"])
    } else {
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    let full = try call(command, "/dev/full")
    expectOneSentence(full, status: 1, mentions: ["/dev/full"])
    #expect(type("/dev/null") == S_IFCHR && type("/dev/full") == S_IFCHR)
  }

  @Test(arguments: files.filter { !$0.contains("--dump") })
  func `a FIFO is written into and stays one`(command: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/fifo"
    try #require(mkfifo(path, 0o600) == 0)
    let reader = try ChildProcess("/bin/cat", [path], output: .file(folder.path + "/read"))
    let outcome = try call(command, path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    reader.wait(atMost: 20)
    #expect(try !readFile(folder.path + "/read").isEmpty)
    #expect(type(path) == S_IFIFO && folder.names == ["fifo", "read"])
  }

  @Test(arguments: files)
  func `a link stays, and what it means is written`(command: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "real/file")
    let link = folder.path + "/link"
    try FileManager.default.createSymbolicLink(
      atPath: link, withDestinationPath: "real/file")
    let outcome = try call(command, link)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(type(link) == S_IFLNK && type(folder.path + "/real/file") == S_IFREG)
    #expect(try readFile(link) != Array("old".utf8))
    #expect(names(below: folder.path) == ["link", "real", "real/file"])
  }

  @Test(arguments: files)
  func `a folder in the place of a file is refused`(command: String) throws {
    let folder = try TemporaryFolder()
    expectOneSentence(try call(command, folder.path), status: 1, mentions: [folder.path])
    #expect(folder.names.isEmpty)
  }

  @Test(arguments: folders)
  func `a file in the place of a folder is refused and kept`(command: String) throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("mine", to: "file")
    let outcome = try call(command, file)
    #expect(outcome.status == 1 || outcome.status == 2, "\(outcome.errors)")
    expectOneSentence(outcome, status: outcome.status, mentions: [file])
    #expect(try readFile(file) == Array("mine".utf8))
    #expect(folder.names == ["file"])
  }

  @Test(
    .enabled(if: SmallDisk.canMount, "mounting a small tmpfs needs root"),
    arguments: files + folders)
  func `a disk that cannot be written is said`(command: String) throws {
    try SmallDisk.with(size: "64k") { disk in
      try SmallDisk.makeReadOnly(disk)
      let outcome = try call(command, disk + "/new")
      expectOneSentence(outcome, status: 1, mentions: [disk, "read-only"])
    }
  }

  @Test(
    .enabled(if: SmallDisk.canMount, "mounting a small tmpfs needs root"),
    arguments: files + folders)
  func `a full disk is said, and nothing half-written looks whole`(command: String) throws {
    try SmallDisk.with(size: "8k") { disk in
      // What is left holds names and nothing else.
      try? Data(count: 8 << 10).write(to: URL(fileURLWithPath: disk + "/filled"))
      let outcome = try call(command, disk + "/new")
      let isNight = command.hasPrefix("nightly")
      expectOneSentence(
        outcome, status: isNight ? outcome.status : 1, mentions: [disk, "free"])
      #expect(outcome.status != 0)
      let left = names(below: disk).filter { $0.contains("tmp") || $0.contains("partial") }
      #expect(left.isEmpty, "\(left)")
    }
  }
}
