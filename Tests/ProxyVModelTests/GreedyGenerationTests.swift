import Checkpoints
import TestSupport
import Testing

@testable import ProxyVModel

/// Which token is chosen, and where an answer ends.
@Suite struct GreedyGenerationTests {
  @Test(
    arguments: [
      ([1, 3, 3, 2], 1, 0), ([5, 5, 5], 0, 0), ([-2, -1, -1], 1, 0), ([0, 2, 1], 1, 1),
      ([4, 1, 4], 0, 0),
    ] as [([Float], Int, Float)])
  func `among equal logits the first is chosen, as torch's argmax does`(
    logits: [Float], best: Int, gap: Float
  ) {
    let choice = VisionLanguageModel.greedyChoice(logits)
    #expect(choice.best == best)
    #expect(choice.gap == gap)
  }

  @Test func `a cut answer has exactly as many ids as were allowed`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      try Synthesis(shape: .tiny, method: .baseline).writeComplete(to: folder + "/tiny")
      let model = try VisionLanguageModel.load(folder: folder + "/tiny", options: LoadOptions())
      func generation(_ limit: Int, stops: Set<Int> = []) throws -> VisionLanguageModel.Generation {
        try model.answer(
          conversation: model.conversation(question: "Why?", imageCount: 0), images: [],
          maximumNewTokens: limit, stopIDs: stops
        ).generation
      }
      let longest = try generation(7)
      #expect(longest.ids.count == 7 && longest.stopReason == .length)
      for limit in [1, 5, 6] {
        let cut = try generation(limit)
        #expect(cut.ids == Array(longest.ids.prefix(limit)))
        #expect(cut.stopReason == .length)
        // The last token is chosen and not computed further.
        #expect(cut.decodePositions.count == limit - 1)
      }
      // An end at the very limit is an end, and its id is kept.
      let stop = longest.ids[2]
      let first = try #require(longest.ids.firstIndex(of: stop))
      for limit in [first + 1, first + 2] {
        let ended = try generation(limit, stops: [stop])
        #expect(ended.ids == Array(longest.ids.prefix(first + 1)))
        #expect(ended.stopReason == .end)
      }
      let before = try generation(max(first, 1), stops: [stop])
      #expect(before.stopReason == (first == 0 ? .end : .length))
    }
  }
}
