import DataFormats
import Foundation
import TestSupport
import Testing

/// `--packed-cache` when things go wrong around it.
@Suite struct PackedCacheProgramTests {
  private func answer(_ cache: String?, killAfter: Double? = nil) throws -> Program.Outcome {
    let page = try FileManager.default.contentsOfDirectory(
      atPath: Program.samples + "/docvqa/documents"
    ).sorted()[0]
    return try Program.run(
      [
        "answer", "--model", try Program.tinyModel.get(), "--image",
        "\(Program.samples)/docvqa/documents/\(page)", "--prompt", "x", "--max-new-tokens",
        "3", "--aspect", "pad",
      ] + (cache.map { ["--packed-cache", $0] } ?? []), killAfter: killAfter)
  }

  private func partialFiles(_ folder: String) -> [String] {
    (FileManager.default.subpaths(atPath: folder) ?? []).filter { $0.contains(".partial-") }
  }

  @Test func killsWhileWritingLeaveNothingThatChangesAnAnswer() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let expected = try answer(nil)
      try #require(expected.status == 0, "\(expected.errors)")
      let cache = folder + "/cache"
      // The time until the cache is written varies; kills at many moments meet it in all states.
      for step in 0..<12 { _ = try answer(cache, killAfter: 0.004 * Double(1 << (step % 6))) }
      for _ in 0..<2 {
        let outcome = try answer(cache)
        #expect(outcome.status == 0 && outcome.output == expected.output, "\(outcome.errors)")
      }
      #expect(partialFiles(cache).isEmpty)
      #expect(try answer(cache).errors.contains("mapped from"))
    }
  }

  @Test(.enabled(if: SmallDisk.canMount, "mounting a small tmpfs needs root"))
  func aFullDiskCostsTheCacheAndNotTheAnswer() throws {
    let expected = try answer(nil)
    try SmallDisk.with(size: "200k") { disk in
      let outcome = try answer(disk + "/cache")
      #expect(outcome.status == 0 && outcome.output == expected.output, "\(outcome.errors)")
      #expect(
        outcome.errors.contains("the disk is full") && outcome.errors.contains("goes on without"),
        "\(outcome.errors)")
      #expect(partialFiles(disk).isEmpty)
      // What is there is whole.
      let again = try answer(disk + "/cache")
      #expect(
        again.output == expected.output && !again.errors.contains("packed anew"), "\(again.errors)")
    }
  }
}
