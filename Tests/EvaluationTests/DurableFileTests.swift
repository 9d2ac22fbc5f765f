import Evaluation
import Foundation
import TestSupport
import Testing

/// Writing a whole file, at every kind of place.
@Suite struct DurableFileTests {
  private func type(_ path: String) -> mode_t {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : 0
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  @Test func `a new file and an old one get the text, and nothing else is left`() throws {
    let folder = try TemporaryFolder()
    for words in ["one", "two"] {
      try DurableFile.replace(folder.path + "/file", with: words)
      #expect(try text(folder.path + "/file") == words)
      #expect(folder.names == ["file"])
    }
  }

  @Test(arguments: [true, false])
  func `a link stays and what it means is written`(exists: Bool) throws {
    let folder = try TemporaryFolder()
    if exists { try folder.write("old", to: "real/file") }
    try FileManager.default.createDirectory(
      atPath: folder.path + "/real", withIntermediateDirectories: true)
    for (link, target) in [("relative", "real/file"), ("absolute", folder.path + "/real/file")] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.path + "/" + link, withDestinationPath: target)
      try DurableFile.replace(folder.path + "/" + link, with: link)
      #expect(type(folder.path + "/" + link) == S_IFLNK)
      #expect(type(folder.path + "/real/file") == S_IFREG)
      #expect(try text(folder.path + "/real/file") == link)
    }
  }

  @Test func `a FIFO is written into`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/fifo"
    try #require(mkfifo(path, 0o600) == 0)
    // Open for both ends, so that neither waits for the other.
    let descriptor = open(path, O_RDWR)
    defer { close(descriptor) }
    try DurableFile.replace(path, with: "text")
    #expect(type(path) == S_IFIFO)
    var bytes = [UInt8](repeating: 0, count: 16)
    #expect(read(descriptor, &bytes, 16) == 4 && bytes.starts(with: Array("text".utf8)))
    #expect(folder.names == ["fifo"])
  }

  @Test func `a device is written into and stays one`() throws {
    try DurableFile.replace("/dev/null", with: "text")
    #expect(type("/dev/null") == S_IFCHR)
    #expect(type("/dev/full") == S_IFCHR)
    let error = #expect(throws: EvaluationError.self) {
      try DurableFile.replace("/dev/full", with: "text")
    }
    #expect(error?.code == .writeFailed && type("/dev/full") == S_IFCHR)
  }

  @Test func `a folder is refused`() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: EvaluationError.self) {
      try DurableFile.replace(folder.path, with: "text")
    }
    #expect(error?.description.contains("folder") == true)
  }
}
