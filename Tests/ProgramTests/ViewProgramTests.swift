import Foundation
import TestSupport
import Testing

struct ViewProgramTests {
  /// A small run, made once for all tests of a process.
  private static let run: Result<String, any Error> = Result {
    let folder =
      FileManager.default.temporaryDirectory.path
      + "/proxyv-eval-view-tests-\(getpid())"
    let outcome = try Program.run([
      "run", "docvqa", "refcoco", "--model", "tesseract", "--data", Program.samples, "--limit", "3",
      "--output", folder,
    ])
    try #require(outcome.status == 0, "\(outcome.errors)")
    atexit {
      try? FileManager.default.removeItem(
        atPath: FileManager.default.temporaryDirectory.path
          + "/proxyv-eval-view-tests-\(getpid())")
    }
    return folder
  }

  @Test func `view writes a page and says where it is`() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(["view", try Self.run.get(), "--output", folder.path + "/page"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output == folder.path + "/page/index.html\n")
    for name in ["index.html", "docvqa.html", "refcoco.html", "assets/page.js"] {
      #expect(FileManager.default.fileExists(atPath: folder.path + "/page/" + name))
    }
    // The same command again replaces the page.
    let again = try Program.run([
      "view", try Self.run.get(), "--output", folder.path + "/page", "--images", "none",
    ])
    #expect(again.status == 0 && folder.names == ["page"], "\(again.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/page/images"))
  }

  @Test func `one file holds a small run`() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run([
      "view", try Self.run.get(), "--output", folder.path + "/page", "--single-file",
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      try FileManager.default.subpathsOfDirectory(atPath: folder.path + "/page").sorted()
        == ["index.html", "page.json"])
  }

  @Test func `compare writes the same page, its verdict above it`() throws {
    let folder = try TemporaryFolder()
    let run = try Self.run.get()
    let outcome = try Program.run([
      "compare", run, run, "--format", "html", "--output", folder.path + "/page",
      "--replicates", "0",
    ])
    #expect(outcome.status == 0 && outcome.output.hasPrefix("identical: "), "\(outcome.errors)")
    let html = try String(contentsOfFile: folder.path + "/page/index.html", encoding: .utf8)
    #expect(html.contains("class=\"verdict good\"") && html.contains("identical: "))
    #expect(FileManager.default.fileExists(atPath: folder.path + "/page/docvqa.html"))
    let file = try Program.run([
      "compare", run, run, "--output", folder.path + "/night.html", "--replicates", "0",
    ])
    #expect(file.status == 0 && folder.names == ["night.html", "page"], "\(file.errors)")
    let printed = try Program.run(["compare", run, run, "--format", "html", "--replicates", "0"])
    #expect(printed.status == 0 && printed.output.hasPrefix("<!doctype html>"))
  }

  @Test func `a folder with other content is refused`() throws {
    let folder = try TemporaryFolder()
    try folder.write("precious", to: "page/thesis.tex")
    let outcome = try Program.run(["view", try Self.run.get(), "--output", folder.path + "/page"])
    expectOneSentence(outcome, status: 1, mentions: ["thesis.tex", "--output"])
    #expect(folder.names == ["page"])
  }

  @Test(.enabled(if: geteuid() != 0 || FileManager.default.fileExists(atPath: "/proc/sys")))
  func `a place that cannot be written is named`() throws {
    // Not even root writes there.
    let outcome = try Program.run(["view", try Self.run.get(), "--output", "/proc/sys/page"])
    expectOneSentence(outcome, status: 1, mentions: ["/proc/sys/page", "cannot be created"])
  }

  @Test func `what is no run is named`() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run([
      "view", folder.path + "/nothing", "--output", folder.path + "/page",
    ])
    expectOneSentence(outcome, status: 1, mentions: [folder.path + "/nothing"])
    #expect(folder.names == [])
  }

  @Test(arguments: [
    (["view", "--output", "x"], "run"), (["view", "a"], "--output"),
    (["view", "a", "--output", "x", "--images", "small"], "thumbnails"),
    (["view", "a", "--output", "x", "--profile", "lmms-evil"], "lmms-eval"),
  ])
  func `wrong usage is said`(arguments: [String], mentioned: String) throws {
    let outcome = try Program.run(arguments)
    #expect(outcome.status == 2 && outcome.errors.contains(mentioned), "\(outcome.errors)")
  }

  @Test func `data that moved are found with --data, and missed in one sentence`() throws {
    let folder = try TemporaryFolder()
    try Program.copy(try Self.run.get(), to: folder.path + "/runs")
    for benchmark in ["docvqa", "refcoco"] {
      let file = folder.path + "/runs/\(benchmark)/run.json"
      let manifest = try String(contentsOfFile: file, encoding: .utf8)
      try manifest.replacing(Program.samples, with: "/gone").write(
        toFile: file, atomically: true, encoding: .utf8)
    }
    let without = try Program.run(["view", folder.path + "/runs", "--output", folder.path + "/p"])
    #expect(without.status == 0 && without.errors.contains("--data"), "\(without.errors)")
    let with = try Program.run([
      "view", folder.path + "/runs", "--output", folder.path + "/p", "--data", Program.samples,
    ])
    #expect(with.status == 0 && !with.errors.contains("--data"), "\(with.errors)")
    #expect(FileManager.default.fileExists(atPath: folder.path + "/p/images"))
    let wrong = try Program.run([
      "view", folder.path + "/runs", "--output", folder.path + "/p", "--data", "/nowhere",
    ])
    expectOneSentence(wrong, status: 1, mentions: ["/nowhere"])
  }

  @Test(
    .enabled(if: SmallDisk.canMount, "mounting a small tmpfs needs root"),
    arguments: ["16k", "64k", "128k"])
  func `a full disk leaves no page, whole or half`(size: String) throws {
    try SmallDisk.with(size: size) { disk in
      let outcome = try Program.run(["view", try Self.run.get(), "--output", disk + "/page"])
      expectOneSentence(outcome, status: 1, mentions: ["disk is full", "--images"])
      #expect(try FileManager.default.contentsOfDirectory(atPath: disk) == [])
      try SmallDisk.grow(disk, to: "20m")
      let again = try Program.run(["view", try Self.run.get(), "--output", disk + "/page"])
      #expect(again.status == 0, "\(again.errors)")
    }
  }
}
