import Checkpoints
import Foundation
import ProxyVModel
import TestSupport
import Testing

/// The formula against the counters inside the operators: equal to the last multiply-add.
@Suite struct ExecutedCostTests {
  static let image = TestMaterial.golden + "/model/images/m2_wide_800x260.jpg"

  @Test(arguments: [
    "baseline", "proxyv", "proxyv:from=3", "mask-attention:from=1",
    "mask-attention:from=1,variant=all",
    "mask-attention:from=2,variant=except-self", "skip-attention:from=1",
    "skip-attention-ffn:from=2", "visionzip:dominant=54,contextual=10",
    "visionzip:dominant=54,contextual=0",
    "pyramiddrop:layers=1/2,ratios=0.5/0.25", "visionzip+pyramiddrop", "learned",
    "visionzip+learned", "learned:from=3", "light",
  ])
  func whatIsExecutedEqualsTheFormula(method: String) throws {
    try TestMaterial.withTemporaryFolder { folder in
      // These need weights of their own.
      let trained: Synthesis.Method =
        method.contains("learned") ? .learnedProxyV : method == "light" ? .lightMLP : .proxyV
      let method = method.replacing("learned", with: "proxyv").replacing(
        "light", with: "skip-attention-ffn:mlp=light")
      try Synthesis(shape: .tiny, method: trained, dtype: .f32).writeComplete(to: folder + "/tiny")
      let model = try VisionLanguageModel.load(
        folder: folder + "/tiny", options: LoadOptions(method: method))
      let image = try model.prepared(
        [UInt8](Data(contentsOf: URL(fileURLWithPath: Self.image))), name: Self.image)
      model.compute.operations.reset()
      let encoded = try model.encode([image])
      let prompt = try model.layout(
        conversation: model.conversation(question: "What is it?", imageCount: 1), images: encoded)
      let expected = model.cost(of: prompt)
      #expect(model.compute.operations.multiplyAdds == expected.visionEncoder + expected.projector)
      var prefix = try model.prefill(prompt, images: encoded)
      _ = try model.generate(prompt, after: &prefix, stopIDs: [], maximumNewTokens: 1)
      // The formula needs no weights.
      let weightless = try MethodCost(
        method, configuration: model.configuration, tower: model.checkpoint.tower.configuration)
      var shapes = weightless.cost(of: prompt)
      // The tokenizer has fewer ids than the head has rows.
      shapes.head = expected.head
      #expect(shapes == expected && weightless.name == model.methodName)
      // Without the prefix the formula does not know which tokens PyramidDrop kept, but how many.
      #expect(model.compute.operations.multiplyAdds == model.cost(of: prompt, after: prefix).total)
      #expect(
        abs(expected.total - model.cost(of: prompt, after: prefix).total) * 100 < expected.total)
    }
  }

  /// LLaVA-1.5 and LLaVA-NeXT put text before the image and drop padding; the formula follows.
  @Test(
    arguments: ["baseline", "visionzip", "pyramiddrop:layers=2/3", "mask-attention:from=2"],
    [ModelConfiguration.Packing.flat, .spatialUnpad])
  func theFormulaHoldsForSequentialPacking(
    method: String, packing: ModelConfiguration.Packing
  ) throws {
    let folder = TestMaterial.golden + "/model/models/vicuna_base_fp32"
    let model = try VisionLanguageModel.load(
      folder: folder,
      options: LoadOptions(
        method: method, aspect: packing == .flat ? "pad" : "anyres", packing: packing))
    let image = try model.prepared(
      [UInt8](Data(contentsOf: URL(fileURLWithPath: Self.image))), name: Self.image)
    model.compute.operations.reset()
    let encoded = try model.encode([image])
    let prompt = try model.layout(
      conversation: model.conversation(question: "What is it?", imageCount: 1), images: encoded)
    var prefix = try model.prefill(prompt, images: encoded)
    _ = try model.generate(prompt, after: &prefix, stopIDs: [], maximumNewTokens: 1)
    let cost = model.cost(of: prompt, images: encoded, after: prefix)
    #expect(model.compute.operations.multiplyAdds == cost.total)
    #expect(cost.visionEncoder > 0 && cost.projector > 0)
  }
}
