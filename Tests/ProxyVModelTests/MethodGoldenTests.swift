import Checkpoints
import DataFormats
import Foundation
import ProxyVModel
import TestSupport
import Testing

/// The rival methods against the official codes' results on the tiny baseline checkpoint.
@Suite struct MethodGoldenTests {
  /// A run of a golden file: what was asked, and the tensors that came out.
  struct Run: Sendable, CustomTestStringConvertible {
    let set: String
    let name: String
    let node: JSONNode
    var testDescription: String { "\(set)/\(name)" }

    static let golden = TestMaterial.golden + "/model/"

    static func all(
      _ set: String, file: String, _ path: (JSONNode) throws -> JSONNode = { $0 }
    ) -> [Run] {
      // A golden file that is gone must not take its tests away with it.
      let runs: [(key: String, node: JSONNode)]
      do {
        runs = try path(JSONNode(contentsOf: golden + "\(set)/\(file)")).members()
      } catch {
        preconditionFailure("\(set)/\(file): \(error)")
      }
      return runs.filter { $0.node.value.objectValue != nil }.map {
        Run(set: set, name: $0.key, node: $0.node)
      }
    }

    func tensors(_ file: String? = nil) throws -> SafetensorsFile {
      try SafetensorsFile(path: Run.golden + "\(set)/\(file ?? name).safetensors")
    }

    func answer(
      variant: String, _ options: LoadOptions, steps: Int, rows: ActivationRecorder.Rows = .all
    ) throws -> (report: AnswerReport, recorder: ActivationRecorder) {
      let model = try VisionLanguageModel.load(
        folder: Run.golden + "models/" + variant, options: options)
      let recorder = ActivationRecorder(rows: rows)
      let image = try node["image"].string()
      let report = try model.answer(
        conversation: node["prompt"].string(),
        images: [(name: image, bytes: try readFile(Run.golden + image))], maximumNewTokens: steps,
        recorder: recorder)
      return (report, recorder)
    }

    func check(_ report: AnswerReport, _ tensors: SafetensorsFile, steps: Bool = true) throws {
      let ids = try node["generated_ids"].value
      #expect(report.json["generated_ids"] == ids, "\(name)")
      #expect(
        GoldenCase.excess(
          report.generation.prefillLogits, over: try #require(tensors["logits_prefill"]).floats())
          <= 0, "\(name)")
      if steps {
        let expected = try #require(tensors["logits_steps"]).floats()
        #expect(
          GoldenCase.excess(report.generation.stepLogits.flatMap { $0 }, over: expected) <= 0,
          "\(name) steps")
      }
    }
  }

  // MARK: Masking

  @Test(arguments: Run.all("masking", file: "masking.json", { try $0["runs"] }))
  func maskedAndSkippedAttentionEqualTheReference(run: Run) throws {
    let from = try run.node["from_layer"].int()
    let method =
      switch try run.node["kind"].string() {
      case "none": "baseline"
      case "v2v_except_self": "mask-attention:from=\(from),variant=except-self"
      case "v2v_all": "mask-attention:from=\(from),variant=all"
      case "self_only": "mask-attention:from=\(from)"
      case "attn_zero": "skip-attention:from=\(from)"
      default: "skip-attention-ffn:from=\(from)"
      }
    let sample = try run.node["sample_full"].list().map { try $0.int() }
    let rows = ActivationRecorder.Rows(visionTokens: [], full: sample, proxy: [], cache: [])
    let (report, recorder) = try run.answer(
      variant: "vicuna_base_fp32", LoadOptions(method: method), steps: 12, rows: rows)
    let ids = try run.node["generated_ids"].value
    #expect(report.json["generated_ids"] == ids)
    let tensors = try run.tensors("masking")
    let logits = try #require(tensors[run.name + ".logits_prefill"]).floats()
    #expect(GoldenCase.excess(report.generation.prefillLogits, over: logits) <= 0)
    let hidden = try #require(tensors[run.name + ".hidden_full"]).floats()
    #expect(GoldenCase.excess(recorder.tensors["hidden_full"]?.values ?? [], over: hidden) <= 0)
  }

  // MARK: VisionZip

  @Test(arguments: Run.all("visionzip", file: "visionzip.json"))
  func visionZipKeepsAndMergesTheOfficialTokens(run: Run) throws {
    let method = try
      "visionzip:dominant=\(run.node["dominant_arg"].int()),contextual=\(run.node["contextual"].int())"
    let tensors = try run.tensors()
    let sample = try #require(tensors["sample_tokens"]).ints()
    let model = try VisionLanguageModel.load(
      folder: Run.golden + "models/vicuna_base_fp32", options: LoadOptions(method: method))
    let recorder = ActivationRecorder(
      rows: .init(visionTokens: sample, full: [], proxy: [], cache: []))
    let image = try run.node["image"].string()
    _ = try model.encode(
      [model.prepared(readFile(Run.golden + image), name: image)], recorder: recorder)
    for name in ["keep_indices_sorted", "remaining_indices", "merge_assignment"] {
      let expected = try #require(tensors[name]).ints()
      #expect(recorder.tensors[name]?.values.map { Int($0) } == expected, "\(name)")
    }
    for (name, recorded) in [
      ("cls_attention_sum", "cls_attention_sum"), ("tokens_sample", "clip_features"),
      ("projected_sample", "projected_features"),
    ] {
      let expected = try #require(tensors[name]).floats()
      #expect(
        GoldenCase.excess(recorder.tensors[recorded]?.values ?? [], over: expected) <= 0, "\(name)")
    }
  }

  /// On a LLaVA-NeXT checkpoint the reduced tokens stand in the official code's own order.
  @Test(arguments: Run.all("visionzip", file: "visionzip.json"))
  func visionZipOrdersTheTokensOfTilesAsLLaVANeXTDoes(run: Run) throws {
    let method = try
      "visionzip:dominant=\(run.node["dominant_arg"].int()),contextual=\(run.node["contextual"].int())"
    let model = try VisionLanguageModel.load(
      folder: Run.golden + "models/vicuna_base_fp32",
      options: LoadOptions(method: method, aspect: "anyres", packing: .spatialUnpad))
    let recorder = ActivationRecorder(rows: .init(visionTokens: [], full: [], proxy: [], cache: []))
    let image = try run.node["image"].string()
    let encoded = try model.encode(
      [model.prepared(readFile(Run.golden + image), name: image)], recorder: recorder)
    let expected = try #require(run.tensors()["llava_next_restore_order"]).ints()
    #expect(recorder.tensors["llava_next_restore_order"]?.values.map { Int($0) } == expected)
    #expect(encoded.tokensPerImage == [expected.count])
  }

  @Test(arguments: [("vicuna_base_fp32", "visionzip"), ("vicuna_learn_fp32", "visionzip+proxyv")])
  func reducedTokensGoThroughTheDecoder(variant: String, method: String) throws {
    let node = try JSONNode(contentsOf: Run.golden + "visionzip/pipeline_\(variant).json")
    let run = Run(set: "visionzip", name: "pipeline_\(variant)", node: node)
    let (report, _) = try run.answer(variant: variant, LoadOptions(method: method), steps: 16)
    try run.check(report, run.tensors())
    #expect(report.prompt.length == (try node["packed_len"].int()))
  }

  // MARK: PyramidDrop

  private func pyramidDrop(layers: [Int], ratios: [Double]) -> String {
    let layers = layers.map { "\($0)" }.joined(separator: "/")
    let ratios = ratios.map { "\($0)" }.joined(separator: "/")
    return "pyramiddrop:layers=\(layers),ratios=\(ratios)"
  }

  @Test(arguments: Run.all("pyramiddrop", file: "pyramiddrop.json"))
  func pyramidDropInSequentialPackingEqualsTheOfficialCode(run: Run) throws {
    let layers = try run.node["layer_list"].list().map { try $0.int() }
    let ratios = try run.node["ratio_list"].list().map { try $0.double() }
    let isNeXT = run.name.hasPrefix("llavanext")
    let options = LoadOptions(
      method: layers.isEmpty ? "baseline" : pyramidDrop(layers: layers, ratios: ratios),
      aspect: isNeXT ? "anyres" : "pad", packing: isNeXT ? .spatialUnpad : .flat)
    let (report, recorder) = try run.answer(variant: "vicuna_base_fp32", options, steps: 16)
    try checkStages(run, report, recorder, stages: layers.count)
  }

  @Test(arguments: Run.all("pyramiddrop", file: "proxyv_packing.json", { try $0["runs"] }))
  func pyramidDropInGroupedPackingKeepsIds(run: Run) throws {
    let layers = try run.node["rank_before_layer"].list().map { try $0.int() }
    let ratios = try run.node["ratios"].list().map { try $0.double() }
    let method = pyramidDrop(layers: layers, ratios: ratios)
    let (report, recorder) = try run.answer(
      variant: "vicuna_base_fp32", LoadOptions(method: method), steps: 12)
    try checkStages(run, report, recorder, stages: layers.count)
  }

  private func checkStages(
    _ run: Run, _ report: AnswerReport, _ recorder: ActivationRecorder, stages: Int
  ) throws {
    let tensors = try run.tensors()
    try run.check(report, tensors)
    let lengths = try run.node["kv_len_after_prefill"].value
    #expect(report.json["kv_len_after_prefill"] == lengths)
    for stage in 0..<stages {
      let kept = try #require(tensors["stage\(stage)_kept_original_index"]).ints()
      #expect(
        recorder.tensors["stage\(stage)_kept_original_index"]?.values.map { Int($0) } == kept,
        "stage \(stage)")
      let scores = try #require(tensors["stage\(stage)_score"]).floats()
      #expect(
        GoldenCase.excess(recorder.tensors["stage\(stage)_score"]?.values ?? [], over: scores) <= 0,
        "stage \(stage)")
    }
  }

  // MARK: Hugging Face's layout

  @Test func aHuggingFaceLLaVANeXTCheckpointEqualsTransformers() throws {
    let variant = "hf_llavanext_fp32"
    let folder = Run.golden + "models/\(variant)/expected"
    let run = Run(
      set: "models/\(variant)/expected", name: variant,
      node: try JSONNode(contentsOf: folder + "/expected.json"))
    let (report, _) = try run.answer(variant: variant, LoadOptions(), steps: 16)
    try run.check(report, run.tensors("c0"))
    #expect(report.prompt.visionCount == (try run.node["image_tokens_after_unpad"].int()))
  }
}
