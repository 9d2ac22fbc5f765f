import Checkpoints
import DataFormats
import Foundation
import ProxyVModel
import Tensor
import TestSupport
import Testing

/// The official code's results on tiny checkpoints: layouts exact, activations and logits within
/// 2e-4 + 1e-4 relative, generated tokens exact.
@Suite struct GoldenModelTests {
  /// Image cases of the checkpoints whose family and method exist here.
  static let cases: [GoldenCase] = GoldenCase.all(variants: [
    "vicuna_base_fp32", "vicuna_proxyv_bf16", "vicuna_pad_start0_fp32", "llama3_proxyv_bf16",
    "qwen2_proxyv_fp32", "phi3_proxyv_bf16",
    "internlm2_proxyv_bf16", "vicuna_learn_fp32", "phi3_learn_fp32",
  ])

  /// One case per checkpoint folder.
  static let firstOfEach: [GoldenCase] = {
    var seen: Set<String> = []
    return cases.filter { seen.insert($0.folder).inserted }
  }()

  @Test(arguments: cases)
  func imageCasesEqualTheOfficialCode(golden: GoldenCase) throws {
    try compare(golden, LoadOptions())
  }

  @Test(arguments: ISA.supported, firstOfEach)
  func everyInstructionSetGivesTheOfficialResults(isa: ISA, golden: GoldenCase) throws {
    var options = LoadOptions()
    options.isa = isa
    try compare(golden, options)
  }

  @Test(
    .enabled(if: Backend.openblas.isAvailable, "OpenBLAS is not installed"), arguments: firstOfEach)
  func openBLASGivesTheOfficialResults(golden: GoldenCase) throws {
    var options = LoadOptions()
    options.backend = .openblas
    try compare(golden, options)
  }

  @Test(arguments: firstOfEach)
  func eagerAttentionGivesTheOfficialResults(golden: GoldenCase) throws {
    var options = LoadOptions()
    options.attention = .eager
    try compare(golden, options)
  }

  private func compare(_ golden: GoldenCase, _ options: LoadOptions) throws {
    let model = try golden.loadModel(options)
    let recorder = ActivationRecorder(
      rows: try ActivationRecorder.Rows(specification: golden.tensorFile))
    let report = try model.answer(
      conversation: golden.expected["prompt"].string(), images: golden.images(),
      maximumNewTokens: 16, recorder: recorder)

    let json = report.json
    for key in GoldenCase.exactKeys {
      guard let expected = try golden.expected.optional(key) else { continue }
      if key == "images" { continue }
      #expect(json[key] == expected.value, "\(golden) \(key)")
    }
    #expect(
      abs(try golden.expected["min_top1_gap"].double() - Double(report.generation.smallestTopGap))
        < 1e-3)
    #expect(abs(try golden.expected["logit_std"].double() - json["logit_std"]!.doubleValue!) < 1e-3)

    let tensors = try SafetensorsFile(path: golden.tensorFile)
    var compared = 0
    for view in tensors.tensors where view.dtype == .f32 {
      let ours: ActivationRecorder.Tensor
      switch view.name {
      case "logits_prefill":
        ours = .init(
          shape: [report.generation.prefillLogits.count], values: report.generation.prefillLogits)
      case "logits_steps":
        let steps = report.generation.stepLogits
        ours = .init(shape: [steps.count, steps.first?.count ?? 0], values: steps.flatMap { $0 })
      default: ours = try #require(recorder.tensors[view.name], "\(golden): no \(view.name)")
      }
      #expect(ours.shape == view.shape, "\(golden) \(view.name)")
      let error = GoldenCase.excess(ours.values, over: try view.floats())
      #expect(error <= 0, "\(golden) \(view.name) is off by \(error) beyond the tolerance")
      compared += 1
    }
    #expect(compared >= 10)
  }

  @Test(
    arguments: cases.filter(\.isFirst))
  func anotherStopListEndsTheAnswerWhereTheOfficialCodeEnds(golden: GoldenCase) throws {
    guard let override = try golden.expected.optional("eos_override") else { return }
    let model = try golden.loadModel()
    let stops = try override["eos_token_id"].list().map { try $0.int() }
    let report = try model.answer(
      conversation: golden.expected["prompt"].string(), images: golden.images(),
      maximumNewTokens: 16, stopIDs: Set(stops))
    #expect(report.json["generated_ids"] == (try override["generated_ids"].value))
    #expect(report.generation.stopReason == .end)
  }

  @Test(arguments: firstOfEach)
  func aPromptWithoutImageIsPlainCausalText(golden: GoldenCase) throws {
    let expected = try golden.root["text_only"]
    let model = try golden.loadModel()
    let report = try model.answer(
      conversation: expected["prompt"].string(), images: [], maximumNewTokens: 16,
      recorder: ActivationRecorder(rows: .all))
    #expect(report.json["input_ids"] == (try expected["input_ids"].value))
    #expect(report.json["generated_ids"] == (try expected["generated_ids"].value))
    let tensors = try SafetensorsFile(path: golden.folder + "/expected/text_only.safetensors")
    let last =
      try tensors["logits_prefill_last8"]?.floats(rows: 7..<8)
      ?? #require(tensors["logits_prefill_last"]).floats()
    #expect(GoldenCase.excess(report.generation.prefillLogits, over: last) <= 0)
    #expect(
      GoldenCase.excess(
        report.generation.stepLogits.flatMap { $0 },
        over: try #require(tensors["logits_steps"]).floats()) <= 0)
  }
}
