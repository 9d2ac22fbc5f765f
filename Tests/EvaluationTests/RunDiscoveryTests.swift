import Diagnostics
import Evaluation
import EvaluationTestSupport
import Foundation
import TestSupport
import Testing

/// Which runs a folder holds.
@Suite struct RunDiscoveryTests {
  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for place in ["2026-01-02/docvqa", "2026-01-02/a/b/c/d/mme", "2026-01-03/docvqa"] {
      try FileManager.default.createDirectory(
        atPath: folder.path + "/" + place, withIntermediateDirectories: true)
      try WrittenRun.write(
        EchoBenchmark(), WrittenRun.questions(2), to: folder.path + "/" + place
      ) { Answer(text: $0.question) }
    }
    return folder
  }

  private static let places = ["2026-01-02/a/b/c/d/mme", "2026-01-02/docvqa", "2026-01-03/docvqa"]

  @Test func `runs are found at any depth, by name`() throws {
    let folder = try Self.folder()
    #expect(try RunDirectory.placesBelow(folder.path) == Self.places)
    #expect(
      try RunDirectory.all(in: folder.path).map(\.path)
        == Self.places.map { folder.path + "/" + $0 })
    #expect(try RunDirectory.placesBelow(folder.path + "/" + Self.places[0]) == [""])
  }

  /// A link beside its target, above it, to a run itself, in a circle, and to nothing.
  @Test func `a run that links lead to several times is one`() throws {
    let folder = try Self.folder()
    func link(_ name: String, _ target: String) throws {
      try FileManager.default.createSymbolicLink(
        atPath: folder.path + "/" + name, withDestinationPath: target)
    }
    try link("1-latest", "2026-01-03")
    try link("2026-01-02/a/0-other", "../../2026-01-03/docvqa")
    try link("2026-01-02/0-mine", "docvqa")
    try link("2026-01-02/a/up", "../..")
    try link("2026-01-03/self", ".")
    try link("nothing", "nowhere")
    #expect(try RunDirectory.placesBelow(folder.path) == Self.places)
  }

  @Test func `a run that only a link leads to is found`() throws {
    let folder = try Self.folder()
    let other = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(
      atPath: other.path + "/linked", withDestinationPath: folder.path + "/2026-01-03")
    #expect(try RunDirectory.placesBelow(other.path) == ["linked/docvqa"])
  }
}
