import Checkpoints
import Foundation
import ProxyVModel
import TestSupport
import Testing

/// The formula against the counters inside the operators: equal to the last multiply-add.
@Suite struct ExecutedCostTests {
  static let image = TestMaterial.fixtures + "/model/images/m2_wide_800x260.jpg"

  @Test(arguments: [
    "baseline", "proxyv", "proxyv:from=3", "mask-attention:from=1", "mask-attention:from=1,variant=all",
    "mask-attention:from=2,variant=except-self", "skip-attention:from=1", "skip-attention-ffn:from=2", "visionzip:dominant=54,contextual=10",
    "pyramiddrop:layers=1/2,ratios=0.5/0.25", "learned", "light",
  ])
  func whatIsExecutedEqualsTheFormula(method: String) throws {
    try TestMaterial.withTemporaryFolder { folder in
      // These need weights of their own; their checkpoints' default method is meant.
      let trained: Synthesis.Method? = ["learned": .learnedProxyV, "light": .lightMLP][method]
      try Synthesis(shape: .tiny, method: trained ?? .proxyV, dtype: .f32).writeComplete(to: folder + "/tiny")
      let model = try VisionLanguageModel.load(
        folder: folder + "/tiny", options: LoadOptions(method: trained == nil ? method : nil))
      let image = try model.prepared([UInt8](Data(contentsOf: URL(fileURLWithPath: Self.image))), name: Self.image)
      model.compute.operations.reset()
      let encoded = try model.encode([image])
      let prompt = try model.layout(conversation: model.conversation(question: "What is it?", imageCount: 1), images: encoded)
      let expected = model.cost(of: prompt)
      #expect(model.compute.operations.multiplyAdds == expected.visionEncoder + expected.projector)
      var prefix = try model.prefill(prompt, images: encoded)
      _ = try model.generate(prompt, after: &prefix, stopIDs: [], maximumNewTokens: 1)
      // Without the prefix the formula does not know which tokens PyramidDrop kept, but how many.
      #expect(model.compute.operations.multiplyAdds == model.cost(of: prompt, after: prefix).total)
      #expect(abs(expected.total - model.cost(of: prompt, after: prefix).total) * 100 < expected.total)
    }
  }
}
