import Foundation
import TestSupport
import Testing

@testable import Pages

struct PageFolderTests {
  private func write(_ text: String, to folder: String) throws {
    var page = try PageFolder(for: folder)
    try page.writer("index.html", Array(text.utf8))
    try page.writer(
      PageInventory.name, Array(PageInventory.json(["index.html"]).text().utf8))
    try page.place()
  }

  @Test func `a page takes the place of a page, and nothing is left beside it`() throws {
    let folder = try TemporaryFolder()
    try write("first", to: folder.path + "/page")
    try write("second", to: folder.path + "/page/")
    #expect(folder.names == ["page"])
    #expect(try PageMaterial.text(folder.path + "/page", "index.html") == "second")
  }

  @Test func `an empty folder is free`() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path + "/page/empty", withIntermediateDirectories: true)
    try write("page", to: folder.path + "/page")
    #expect(try PageMaterial.text(folder.path + "/page", "index.html") == "page")
  }

  @Test(arguments: ["thesis.tex", "data/mine.js", "page.json", "index.html"])
  func `a folder with something else is left as it is`(name: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("precious", to: "page/\(name)")
    #expect(throws: PageError.self) { try write("page", to: folder.path + "/page") }
    #expect(try PageMaterial.text(folder.path + "/page", name) == "precious")
    #expect(folder.names == ["page"])
  }

  @Test func `a reader's own file inside a page keeps it from being replaced`() throws {
    let folder = try TemporaryFolder()
    try write("page", to: folder.path + "/page")
    try folder.write("notes", to: "page/notes.txt")
    let error = #expect(throws: PageError.self) { try write("new", to: folder.path + "/page") }
    #expect(error?.code == .occupied && error?.message.contains("notes.txt") == true)
    #expect(try PageMaterial.text(folder.path + "/page", "index.html") == "page")
  }

  @Test func `what stops halfway leaves nothing that looks whole`() throws {
    struct Stop: Error {}
    let folder = try TemporaryFolder()
    func stop() throws {
      let page = try PageFolder(for: folder.path + "/page")
      try page.writer("index.html", [1])
      throw Stop()
    }
    #expect(throws: Stop.self) { try stop() }
    #expect(folder.names == [])
  }

  @Test func `folders of processes that were killed are removed`() throws {
    let folder = try TemporaryFolder()
    // Nobody holds a lock on it.
    try folder.write("half", to: "page.writing-\(UUID().uuidString)/index.html")
    try folder.write("other", to: "page.writing-notes/index.html")
    try write("page", to: folder.path + "/page")
    #expect(folder.names == ["page", "page.writing-notes"])
  }
}
