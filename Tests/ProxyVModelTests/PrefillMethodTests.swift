import Checkpoints
import Foundation
import ProxyVModel
import Tensor
import TestSupport
import Testing

@Suite struct PrefillMethodTests {
  static let image = TestMaterial.golden + "/model/images/m2_wide_800x260.jpg"

  /// A recorder wants every token's last state, so that the last layer is computed as a method
  /// defines it; without one, only what is read afterwards is. Logits, and every key and value
  /// behind them, are the same bits. The last prompt ends with its image.
  @Test(
    arguments: [
      "baseline", "proxyv", "proxyv:from=3", "mask-attention:from=1", "mask-attention:from=4",
      "skip-attention:from=1", "skip-attention-ffn:from=4",
      "visionzip+proxyv", "pyramiddrop:layers=1/3,ratios=0.5/0.25",
    ], [Precision.f32, .bf16])
  func whatNobodyReadsOfTheLastLayerChangesNoBit(method: String, precision: Precision) throws {
    try TestMaterial.withTemporaryFolder { folder in
      let trained: Synthesis.Method = method.contains("+") ? .learnedProxyV : .proxyV
      try Synthesis(shape: .tiny, method: trained, dtype: .f32).writeComplete(to: folder + "/tiny")
      var options = LoadOptions(method: method)
      options.precision = precision
      let model = try VisionLanguageModel.load(folder: folder + "/tiny", options: options)
      let image = try model.prepared(
        [UInt8](Data(contentsOf: URL(fileURLWithPath: Self.image))), name: Self.image)
      let encoded = try model.encode([image])
      for conversation in [
        model.conversation(question: "What is it?", imageCount: 1), "Look at <image>",
      ] {
        let prompt = try model.layout(conversation: conversation, images: encoded)
        let logits = try [nil, ActivationRecorder(rows: .all)].map { recorder in
          var prefix = try model.prefill(prompt, images: encoded, recorder: recorder)
          let generation = try model.generate(
            prompt, after: &prefix, stopIDs: [], maximumNewTokens: 4, keepsStepLogits: true,
            recorder: recorder)
          return [generation.prefillLogits] + generation.stepLogits
        }
        #expect(logits[0] == logits[1], "\(method), \(conversation)")
      }
    }
  }

  /// The study of masked attention costs what its masks leave: vision tokens that see text and
  /// themselves go through attention's tiles, of which each 8 rows touch the text's and their own.
  @Test func visionThatSeesTextAndItselfTakesFewTilesOfAttention() throws {
    try TestMaterial.withTemporaryFolder { folder in
      try Synthesis(shape: .tiny, method: .baseline, dtype: .f32).writeComplete(
        to: folder + "/tiny")
      func measured(_ method: String) throws -> (tiles: Int, unprofiled: Int, prompt: PackedPrompt)
      {
        let model = try VisionLanguageModel.load(
          folder: folder + "/tiny", options: LoadOptions(method: method))
        let image = try model.prepared(
          [UInt8](Data(contentsOf: URL(fileURLWithPath: Self.image))), name: Self.image)
        let encoded = try model.encode([image])
        let prompt = try model.layout(
          conversation: model.conversation(question: "What is it?", imageCount: 1),
          images: encoded)
        model.compute.operations.reset()
        model.compute.profile.start()
        _ = try model.prefill(prompt, images: encoded)
        let profiled = model.compute.profile.stop().reduce(0) { $0 + $1.work.multiplyAdds }
        return (
          model.compute.operations.scoreTiles, model.compute.operations.multiplyAdds - profiled,
          prompt
        )
      }
      let alone = try measured("mask-attention:from=0,variant=self-only")
      let text = try measured("mask-attention:from=0,variant=all")
      let both = try measured("mask-attention:from=0,variant=except-self")
      let whole = try measured("baseline")
      // Nothing is multiplied outside the operators.
      #expect(alone.unprofiled == 0 && both.unprofiled == 0 && whole.unprofiled == 0)
      #expect(alone.tiles < text.tiles && text.tiles < both.tiles)
      // A row's own key adds at most one tile to its 8 rows, where the text's tile is another.
      let vision = text.tiles - alone.tiles
      #expect(both.tiles - text.tiles <= 2 * vision)
      #expect(both.tiles < whole.tiles / 2)
    }
  }
}
