import Checkpoints
import DataFormats
import Foundation
import OrderedCollections
import TestSupport
import Testing

struct ModelConfigurationTests {
  static func configuration(
    _ model: String, _ changes: OrderedDictionary<String, JSONValue?> = [:]
  ) throws -> ModelConfiguration {
    let node = try TestData.json("configs/\(model)/config.json")
    guard case .object(var members) = node.value else { throw node.mismatch("an object") }
    for (key, value) in changes {
      if let value { members[key] = value } else { members.removeValue(forKey: key) }
    }
    return try ModelConfiguration(JSONNode(.object(members), file: "config.json"))
  }

  @Test(arguments: TestData.modelNames)
  func `the expected tensors are exactly those of the reference model`(_ model: String) throws {
    let folder = TestData.fixtures + "/configs/" + model
    let configuration = try ModelConfiguration(contentsOf: folder + "/config.json")
    let tower =
      try configuration.nestedTower
      ?? CLIPConfiguration(contentsOf: folder + "/clip-tiny-patch14-336/config.json")
    let expected = configuration.expectedTensors(tower: tower)
    var stored: [String: [Int]] = [:]
    for (name, shape) in try TestData.json("tensor-shapes.json")[model].members() {
      stored[name] = try shape.list().map { try $0.int() }
    }
    #expect(Set(expected.map(\.name)).count == expected.count)
    #expect(
      Dictionary(expected.map { ($0.name, $0.shape) }, uniquingKeysWith: { first, _ in first })
        == stored)
  }

  @Test func `a ProxyV checkpoint is read with all its values`() throws {
    let found = try Self.configuration("llama3_proxyv_bf16")
    #expect(found.family == .llama && found.layout == .original && found.packing == .grouped)
    let sizes: [Int] = [
      found.hiddenSize, found.intermediateSize, found.layerCount, found.headCount,
      found.keyValueHeadCount,
    ]
    #expect(sizes == [64, 160, 5, 4, 2] as [Int])
    #expect(found.vocabularySize == 905 && found.maxPositions == 8192 && found.maxTokens == 4096)
    #expect(found.ropeTheta == 500_000 && found.rmsNormEpsilon == 1e-5 && found.ropeScaling == nil)
    #expect(found.bosTokenID == 900 && found.eosTokenIDs == [904] && found.padTokenID == nil)
    #expect(
      found.usesProxies && !found.learnsProxies && found.proxyStartLayer == 2
        && found.proxyReduceFactor == 4)
    #expect(
      found.guidedMLPCount == 3 && found.guidedMLPWidth == 32 && found.proxiesPerCrop == 36
        && found.headSize == 16)
    #expect(found.tokensPerCrop == 576 && found.tokensPerSide == 24 && found.maxCrops == 5)
    #expect(
      found.visionTower == "clip-tiny-patch14-336" && found.visionHiddenSize == 64
        && found.visionSelectLayer == -2)
    #expect(found.towerLayersNeeded(of: 24) == 23 && found.towerLayersNeeded(of: 0) == nil)
    #expect(
      found.projector == .mlp(depth: 2) && found.aspectRatio == .anyres
        && !found.usesImagePatchToken)
    #expect(found.gridPinpoints == GridResolution.standard)
  }

  @Test(
    arguments: zip(
      TestData.modelNames,
      [
        ModelConfiguration.Family.llama, .internlm2, .llama, .phi3, .phi3, .qwen2, .llama, .llama,
        .llama, .llama,
      ]))
  func `the family follows from the model type`(
    _ model: String, _ family: ModelConfiguration.Family
  ) throws {
    #expect(try Self.configuration(model).family == family)
  }

  @Test func `a Hugging Face LLaVA-NeXT nests its parts and writes pinpoints height first`() throws
  {
    let found = try Self.configuration(
      "hf_llavanext_fp32", ["image_grid_pinpoints": [[336, 1008], [672, 672]]])
    #expect(
      found.layout == .huggingFace && found.packing == .spatialUnpad && found.aspectRatio == .anyres
    )
    #expect(
      found.gridPinpoints == [
        GridResolution(width: 1008, height: 336), GridResolution(width: 672, height: 672),
      ])
    #expect(
      found.imageTokenID == 900 && found.vocabularySize == 904 && found.ropeTheta == 10_000
        && !found.usesProxies)
    #expect(
      found.nestedTower?.layerNormEpsilon == 1e-5 && found.nestedTower?.patchCount == 576
        && found.visionHiddenSize == 64)
    let names = TensorNaming(found)
    #expect(
      names.embedding == "language_model.model.embed_tokens.weight"
        && names.imageNewline == "image_newline")
  }

  @Test func `a Hugging Face LLaVA-1.5 of class defaults is a Vicuna with the large tower`() throws
  {
    let value: JSONValue = [
      "model_type": "llava", "text_config": ["vocab_size": 32064, "rms_norm_eps": 1e-5],
      "image_token_index": 32000,
    ]
    let found = try ModelConfiguration(JSONNode(value))
    #expect(
      found.packing == .flat && found.layout == .huggingFace && found.layerCount == 32
        && found.hiddenSize == 4096)
    #expect(found.nestedTower == .largePatch14At336 && TensorNaming(found).imageNewline == nil)
    #expect(
      found.expectedTensors(tower: found.nestedTower).contains {
        $0.name == "multi_modal_projector.linear_2.bias"
      })
  }

  /// LLaVA-NeXT's Mistral checkpoints: llama's layers and other prompts, in both layouts.
  @Test func `a Mistral is read where it has no sliding window`() throws {
    let text: OrderedDictionary<String, JSONValue> = [
      "model_type": "mistral", "vocab_size": 32064, "rms_norm_eps": 1e-5, "rope_theta": 1_000_000.0,
      "sliding_window": .null,
    ]
    let nested = try ModelConfiguration(
      JSONNode(["model_type": "llava_next", "text_config": .object(text)]))
    #expect(
      nested.isMistral && nested.family == .llama && nested.keyValueHeadCount == 8
        && nested.intermediateSize == 14_336)
    #expect(nested.packing == .spatialUnpad)
    let original = try ModelConfiguration(
      JSONNode(["model_type": "llava_mistral", "num_key_value_heads": 8, "sliding_window": .null]))
    #expect(original.isMistral && original.layout == .original)
    #expect(
      sentence { _ = try ModelConfiguration(JSONNode(["model_type": "llava_mistral"])) }.contains(
        "sliding_window"))
    #expect(
      sentence {
        _ = try ModelConfiguration(
          JSONNode(["model_type": "llava_mistral", "sliding_window": 4096]))
      }.contains("known: null"))
    #expect(try !Self.configuration("vicuna_base_fp32").isMistral)
  }

  @Test func `an original LLaVA without ProxyV keys has the plain packings`() throws {
    let absent = JSONValue?.none
    let without: OrderedDictionary<String, JSONValue?> = [
      "proxyv": absent, "per_crop_token_len": absent, "model_type": "llava",
    ]
    #expect(try Self.configuration("vicuna_base_fp32", without).packing == .spatialUnpad)
    var padded = without
    padded["image_aspect_ratio"] = "pad"
    #expect(try Self.configuration("vicuna_base_fp32", padded).packing == .flat)
    #expect(
      try TensorNaming(Self.configuration("vicuna_base_fp32", padded)).imageNewline
        == "model.image_newline")
    padded["mm_patch_merge_type"] = "flat"
    #expect(try TensorNaming(Self.configuration("vicuna_base_fp32", padded)).imageNewline == nil)
    #expect(try Self.configuration("vicuna_base_fp32").packing == .grouped)
    #expect(try Self.configuration("vicuna_base_fp32").guidedMLPCount == 0)
  }

  @Test func `what Hugging Face leaves out has the defaults of its classes`() throws {
    let llama = try ModelConfiguration(
      JSONNode([
        "model_type": "llava_llama", "mm_vision_tower": "openai/clip-vit-large-patch14-336",
      ]))
    let sizes: [Int] = [
      llama.hiddenSize, llama.intermediateSize, llama.layerCount, llama.headCount,
      llama.keyValueHeadCount,
    ]
    #expect(sizes == [4096, 11008, 32, 32, 32] as [Int])
    #expect(
      llama.vocabularySize == 32000 && llama.rmsNormEpsilon == 1e-6 && llama.ropeTheta == 10_000
        && llama.eosTokenIDs == [2])
    #expect(
      llama.projector == .linear && llama.aspectRatio == .square && llama.usesImagePatchToken
        && llama.visionSelectLayer == -2)
    let phi = try ModelConfiguration(JSONNode(["model_type": "llava_phi"]))
    #expect(
      phi.hiddenSize == 3072 && phi.intermediateSize == 8192 && phi.vocabularySize == 32064
        && phi.rmsNormEpsilon == 1e-5)
    let qwen = try ModelConfiguration(JSONNode(["model_type": "llava_qwen"]))
    #expect(qwen.vocabularySize == 151_936 && qwen.intermediateSize == 22_016)
    let intern = try ModelConfiguration(
      JSONNode(["model_type": "my_llava", "architectures": ["LlavaInternLM2ForCausalLM"]]))
    #expect(intern.family == .internlm2)
  }

  @Test func `a tower configuration is flat or nested and has CLIP's defaults`() throws {
    let nested = try CLIPConfiguration(
      contentsOf: TestData.fixtures + "/configs/vicuna_base_fp32/clip-tiny-patch14-336/config.json")
    let flat = try CLIPConfiguration(
      contentsOf: TestData.fixtures + "/configs/vicuna_learn_fp32/clip-tiny-patch14-336/config.json"
    )
    #expect(nested == flat && flat.layerCount == 3 && flat.headSize == 16)
    let folder = try TemporaryFolder()
    let defaults = try CLIPConfiguration(
      contentsOf: folder.write("{\"model_type\":\"clip_vision_model\"}", to: "config.json"))
    #expect(
      defaults
        == CLIPConfiguration(
          hiddenSize: 768, intermediateSize: 3072, layerCount: 12, headCount: 12, imageSize: 224,
          patchSize: 32))
    #expect(
      sentence {
        _ = try CLIPConfiguration(
          contentsOf: folder.write("{\"hidden_act\":\"gelu\"}", to: "c.json"))
      }.contains(
        "c.json: hidden_act"))
    #expect(
      sentence {
        _ = try CLIPConfiguration(
          contentsOf: folder.write("{\"model_type\":\"siglip\"}", to: "c.json"))
      }.contains(
        "\"siglip\" is not supported"))
  }

  static let mistakes: [(String, JSONValue?, String)] = [
    ("hidden_size", 0, "config.json: hidden_size: 0 is outside"),
    ("hidden_size", -64, "hidden_size: -64 is outside"),
    ("hidden_size", 9_000_000_000_000_000_000, "hidden_size: 9000000000000000000 is outside"),
    ("hidden_size", "64", "hidden_size: expected an integer"),
    ("hidden_size", 66, "num_attention_heads: 4 heads do not divide hidden_size 66"),
    ("num_attention_heads", 64, "heads of 1 elements cannot be rotated"),
    ("num_attention_heads", 0, "num_attention_heads: 0 is outside"),
    ("num_key_value_heads", 3, "num_key_value_heads: 3 does not divide"),
    ("num_key_value_heads", 8, "num_key_value_heads: 8 does not divide"),
    ("num_hidden_layers", 1_000_000, "num_hidden_layers: 1000000 is outside"),
    ("vocab_size", 1_000_000_000, "vocab_size: 1000000000 is outside"),
    ("intermediate_size", 1.5, "intermediate_size: expected an integer"),
    ("rms_norm_eps", -1, "rms_norm_eps: -1.0 is outside"),
    ("rms_norm_eps", .number(.nan), "rms_norm_eps"),
    ("rope_theta", 0, "rope_theta: 0.0 is outside"),
    (
      "rope_scaling", ["type": "linear", "factor": 4.0],
      "rope_scaling: the scaling \"linear\" is not supported"
    ),
    ("head_dim", 32, "head_dim: 32 differs"),
    ("hidden_act", "gelu", "hidden_act: \"gelu\" is not supported"),
    ("attention_bias", true, "attention_bias: biases"),
    ("eos_token_id", 900, "eos_token_id: 900 is outside the vocabulary of 900"),
    ("eos_token_id", [2, -1], "eos_token_id: -1 is no token id"),
    ("proxyv_start_layer", 5, "proxyv_start_layer: 5 is not a layer"),
    ("proxyv_start_layer", -1, "proxyv_start_layer: -1 is outside"),
    (
      "proxyv_reduce_factor", 5,
      "proxyv_reduce_factor: 5 does not divide image_token_len_per_side 24"
    ),
    ("proxyv_reduce_factor", 0, "proxyv_reduce_factor: 0 is outside"),
    ("num_of_vision_mlp_layers", 4, "num_of_vision_mlp_layers: 4 differs"),
    ("per_crop_token_len", 400, "per_crop_token_len: 400 is not the square"),
    ("max_num_image_crops", 0, "max_num_image_crops: 0 is outside"),
    ("mm_newline_position", "grid", "mm_newline_position: \"grid\""),
    ("mm_projector_type", "resampler", "mm_projector_type: the projector"),
    ("mm_projector_type", "mlp99x_gelu", "mm_projector_type"),
    ("mm_vision_select_feature", "cls_patch", "mm_vision_select_feature: \"cls_patch\""),
    ("image_aspect_ratio", "anyress", "did you mean \"anyres\"?"),
    ("image_grid_pinpoints", [], "image_grid_pinpoints: the list is empty"),
    ("image_grid_pinpoints", [[336]], "image_grid_pinpoints: [336] is not a pair"),
    ("image_grid_pinpoints", [[336, 300]], "[336, 300] is not a pair"),
    ("image_grid_pinpoints", [[336, 336_000_000]], "is not a pair"),
    ("image_grid_pinpoints", "__import__('os')", "image_grid_pinpoints: the text is no list"),
    ("image_grid_pinpoints", "(1x1),...,(900x900)", "no range of grids"),
    ("image_grid_pinpoints", .null, "image_grid_pinpoints: the list is missing"),
    ("image_grid_pinpoints", 7, "image_grid_pinpoints: expected a list"),
    (
      "model_type", "llava_lama",
      "model_type: the model \"llava_lama\" is not supported; did you mean \"llava_llama\"?"
    ),
    ("proxyv", "yes", "proxyv: expected a boolean"),
    ("tie_word_embeddings", 3, "tie_word_embeddings: expected a boolean"),
  ]

  @Test(arguments: mistakes)
  func `a wrong value names file and key`(_ key: String, _ value: JSONValue?, _ words: String) {
    // The architectures would otherwise name the family where the type is wrong.
    let text = sentence {
      _ = try Self.configuration(
        "vicuna_proxyv_bf16", [key: value, "architectures": JSONValue?.none])
    }
    #expect(text.hasPrefix("config.json: "), "\(text)")
    #expect(text.contains(words), "\(text)")
  }

  @Test func `nested values are named by their path`() {
    let text = sentence {
      _ = try Self.configuration("hf_llavanext_fp32", ["text_config": ["hidden_size": -1]])
    }
    #expect(text.contains("config.json: text_config.hidden_size: -1 is outside"))
    #expect(
      sentence { _ = try ModelConfiguration(JSONNode([1], file: "config.json")) }.contains(
        "config.json: expected an object, found a list"))
    #expect(
      sentence { _ = try ModelConfiguration(JSONNode([:], file: "config.json")) }.contains(
        "model_type: the key is missing"))
  }

  @Test(arguments: [
    ("[(336, 672), (672, 336)]", [[336, 672], [672, 336]]), ("[[336,672],]", [[336, 672]]),
    ("((672,672),)", [[672, 672]]),
    (
      "(1x1),...,(2x3)",
      [[336, 336], [336, 672], [336, 1008], [672, 336], [672, 672], [672, 1008]]
    ), ("(2x2)", [[672, 672]]),
  ])
  func `pinpoints written as text are parsed, not evaluated`(
    _ text: String, _ expected: [[Int]]
  ) throws {
    let found = try Self.configuration(
      "vicuna_proxyv_bf16", ["image_grid_pinpoints": .string(text)])
    #expect(found.gridPinpoints.map { [$0.width, $0.height] } == expected)
  }

  @Test func `pinpoints may be null where they are not used`() throws {
    #expect(try Self.configuration("vicuna_pad_start0_fp32").aspectRatio == .pad)
  }
}

struct GenerationConfigurationTests {
  func read(_ text: String?) throws -> GenerationConfiguration {
    let folder = try TemporaryFolder()
    if let text { _ = try folder.write(text, to: "generation_config.json") }
    return try GenerationConfiguration(
      folder: folder.path,
      configuration: ModelConfigurationTests.configuration("llama3_proxyv_bf16"))
  }

  @Test func `stop ids are a number, a list, or those of config_json`() throws {
    #expect(try read(#"{"eos_token_id":3,"do_sample":true,"temperature":0.9}"#).eosTokenIDs == [3])
    #expect(
      try read(#"{"eos_token_id":[3,4],"bos_token_id":7}"#)
        == GenerationConfiguration(bosTokenID: 7, eosTokenIDs: [3, 4], padTokenID: nil))
    #expect(try read(#"{"do_sample":true}"#).eosTokenIDs == [904])
    #expect(
      try read(nil) == GenerationConfiguration(bosTokenID: 900, eosTokenIDs: [904], padTokenID: nil)
    )
  }

  @Test func `wrong ids name file and key`() {
    #expect(
      sentence { _ = try read(#"{"eos_token_id":905}"#) }.contains(
        "generation_config.json: eos_token_id: 905 is outside the vocabulary"))
    #expect(
      sentence { _ = try read(#"{"eos_token_id":"</s>"}"#) }.contains(
        "eos_token_id: expected an integer"))
    #expect(sentence { _ = try read("[") }.contains("generation_config.json"))
  }
}

struct PreprocessorConfigurationTests {
  let tower = CLIPConfiguration.largePatch14At336

  func read(_ text: String?) throws -> PreprocessorConfiguration {
    let folder = try TemporaryFolder()
    if let text { _ = try folder.write(text, to: "preprocessor_config.json") }
    return try PreprocessorConfiguration(folder: folder.path, tower: tower)
  }

  @Test func `without a file the values are CLIP's, as in the reference files`() throws {
    let defaults = try read(nil)
    #expect(defaults == .clip(cropSize: 336))
    for model in TestData.modelNames where model != "hf_llavanext_fp32" {
      #expect(
        try PreprocessorConfiguration(
          folder: TestData.fixtures + "/configs/\(model)/clip-tiny-patch14-336", tower: tower)
          == defaults)
    }
    #expect(
      try PreprocessorConfiguration(
        folder: TestData.fixtures + "/configs/hf_llavanext_fp32", tower: tower) == defaults)
  }

  @Test func `values of the file count and sizes may be plain numbers`() throws {
    let found = try read(
      #"{"image_mean":[0.5,0.5,0.5],"image_std":[0.25,0.5,1],"size":336,"crop_size":336}"#)
    #expect(
      found.mean == [0.5, 0.5, 0.5] && found.standardDeviation == [0.25, 0.5, 1]
        && found.cropSize == 336)
  }

  @Test(arguments: [
    (#"{"image_mean":[0.5,0.5]}"#, "image_mean: three values"),
    (#"{"image_std":[0,1,1]}"#, "image_std: three values"),
    (#"{"image_std":[NaN,1,1]}"#, "image_std: three values"),
    (#"{"resample":2}"#, "resample: only bicubic"),
    (#"{"size":{"shortest_edge":224}}"#, "size: 224 differs from the tower's image_size 336"),
    (#"{"crop_size":{"height":336,"width":300}}"#, "crop_size: only square"),
    (#"{"rescale_factor":0}"#, "rescale_factor: 0.0 is outside"),
  ])
  func `wrong values name file and key`(_ text: String, _ words: String) {
    #expect(sentence { _ = try read(text) }.contains("preprocessor_config.json: " + words))
  }
}
