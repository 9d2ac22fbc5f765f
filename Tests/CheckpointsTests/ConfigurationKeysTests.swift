import DataFormats
import Foundation
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

/// What becomes of every key of a configuration: read, harmless, or refused by name.
@Suite struct ConfigurationKeysTests {
  private static func members(
    _ model: String = "vicuna_base_fp32"
  ) throws -> OrderedDictionary<String, JSONValue> {
    guard case .object(let members) = try TestData.json("configs/\(model)/config.json").value
    else {
      return [:]
    }
    return members
  }

  private func read(
    _ members: OrderedDictionary<String, JSONValue>, ignoring keys: Set<String> = []
  ) throws -> ModelConfiguration {
    try ModelConfiguration(JSONNode(.object(members), file: "config.json"), ignoring: keys)
  }

  @Test(arguments: ConfigurationKeys.harmless.sorted())
  func `a harmless key changes nothing`(key: String) throws {
    var members = try Self.members()
    let before = try read(members)
    if ["text_config_dict", "vision_config_dict"].contains(key) {
      members[key] = [:]
    } else if members[key] == nil {
      members[key] = "anything"
    }
    #expect(try read(members) == before)
  }

  @Test(arguments: [
    ("logit_softcapping", JSONValue.number(30)), ("attn_logit_softcapping", .number(50)),
    ("embedding_multiplier", .number(12)), ("residual_multiplier", .number(0.22)),
    ("num_local_experts", .integer(8)), ("use_sliding_window", .bool(true)),
    ("partial_rotary_factor", .number(0.5)), ("use_qk_norm", .bool(true)),
    ("layer_types", .array(["full_attention", "sliding_attention"])),
    ("no_rope_layers", .array([1, 0])),
    ("multimodal_projector_bias", .bool(false)), ("mm_resampler_type", "spatial_pool"),
    ("some_key_of_tomorrow", .bool(true)), ("attention_sinks", .integer(4)),
  ])
  func `a key that may change answers is refused by name, and can be let pass`(
    key: String, value: JSONValue
  ) throws {
    var members = try Self.members()
    members[key] = value
    let text = sentence { _ = try read(members) }
    #expect(text.hasPrefix("config.json: \(key): "), "\(text)")
    #expect(text.contains("--ignore-config-key \(key)"), "\(text)")
    _ = try read(members, ignoring: [key])
    // null is the default of the class.
    members[key] = .null
    _ = try read(members)
  }

  @Test(arguments: [
    ("use_sliding_window", JSONValue.bool(false)), ("partial_rotary_factor", .number(1)),
    ("layer_types", .array(["full_attention", "full_attention"])),
    ("mm_resampler_type", "identity"),
    ("multimodal_projector_bias", .bool(true)),
  ])
  func `a key with its harmless value passes`(key: String, value: JSONValue) throws {
    var members = try Self.members()
    members[key] = value
    _ = try read(members)
  }

  @Test func `quantised weights are named for what they are`() throws {
    var members = try Self.members()
    members["quantization_config"] = ["quant_method": "bitsandbytes", "load_in_4bit": true]
    let text = sentence { _ = try read(members) }
    #expect(text.contains("quantised") && text.contains("bitsandbytes"), "\(text)")
  }

  // MARK: transformers 5

  @Test(arguments: ["vicuna_base_fp32", "llama3_proxyv_bf16", "qwen2_proxyv_fp32"])
  func `the spelling of transformers 5 is the same configuration`(model: String) throws {
    let old = try Self.members(model)
    var new = old
    new["torch_dtype"] = nil
    new["dtype"] = old["torch_dtype"]
    new["rope_theta"] = nil
    new["rope_scaling"] = nil
    new["rope_parameters"] = [
      "rope_theta": old["rope_theta"] ?? .integer(10_000), "rope_type": "default",
    ]
    new["transformers_version"] = "5.1.0"
    let configuration = try read(new)
    #expect(try configuration == read(old))
    #expect(configuration.ropeTheta == old["rope_theta"]?.doubleValue ?? 10_000)
  }

  @Test func `rotary parameters that are not supported are refused in both spellings`() throws {
    var old = try Self.members()
    let scaling: JSONValue = ["rope_type": "llama3", "factor": 8, "rope_theta": 500_000]
    old["rope_scaling"] = scaling
    #expect(sentence { _ = try read(old) }.contains("llama3"))
    var new = try Self.members()
    new["rope_theta"] = nil
    new["rope_parameters"] = scaling
    #expect(sentence { _ = try read(new) }.contains("llama3"))
    new["rope_parameters"] = [
      "full_attention": ["rope_theta": 10_000], "sliding_attention": ["rope_theta": 1_000],
    ]
    #expect(sentence { _ = try read(new) }.contains("rope_parameters"))
  }

  @Test func `two spellings that disagree are refused`() throws {
    var members = try Self.members()
    members["rope_theta"] = 10_000
    members["rope_parameters"] = ["rope_theta": 500_000, "rope_type": "default"]
    #expect(sentence { _ = try read(members) }.contains("rope_parameters"))
  }

  // MARK: Names of tensors

  @Test func `new tensor names become those that are saved`() throws {
    let names = [
      "model.language_model.layers.0.mlp.up_proj.weight",
      "model.vision_tower.vision_model.embeddings.class_embedding",
      "model.multi_modal_projector.linear_1.weight", "model.image_newline", "lm_head.weight",
    ]
    let rule = try #require(TensorRenaming.rule(for: names))
    #expect(
      names.map(rule) == [
        "language_model.model.layers.0.mlp.up_proj.weight",
        "vision_tower.vision_model.embeddings.class_embedding",
        "multi_modal_projector.linear_1.weight", "image_newline", "language_model.lm_head.weight",
      ])
    #expect(rule("model.vision_tower.embeddings.x") == "vision_tower.vision_model.embeddings.x")
    // LLaVA's own names and those of save_pretrained stay.
    for names in [
      ["model.layers.0.mlp.up_proj.weight", "lm_head.weight", "model.image_newline"],
      ["language_model.model.norm.weight", "language_model.lm_head.weight"],
    ] {
      #expect(TensorRenaming.rule(for: names) == nil)
    }
  }

  // MARK: Folders

  @Test(arguments: [
    "/mnt/someone/weights/clip-tiny", "C:\\models\\clip-tiny", "someone/clip-tiny",
  ])
  func `a tower is looked for by the last part of its name`(name: String) {
    let places = VisionTower.candidates(name, checkpoint: "/a/model")
    #expect(places.contains("/a/model/clip-tiny") && places.contains("/a/clip-tiny"))
    #expect(CLIPConfiguration.known("/x/y/clip-vit-large-patch14-336") == .largePatch14At336)
  }

  @Test func `an adapter is named with its base, and a pointer for what it is`() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      #"{"base_model_name_or_path": "lmsys/vicuna-7b-v1.5"}"#, to: "adapter_config.json")
    try folder.write("x", to: "non_lora_trainables.bin")
    let text = sentence { _ = try Checkpoint(folder: folder.path) }
    #expect(text.contains("LoRA") && text.contains("lmsys/vicuna-7b-v1.5"), "\(text)")
    let pointer = try folder.write(
      "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n", to: "model.safetensors"
    )
    #expect(sentence { _ = try SafetensorsFile(path: pointer) }.contains("Git LFS pointer"))
  }

  @Test func `a folder of the hub's cache means its snapshot`() throws {
    let folder = try TemporaryFolder()
    try folder.write("one", to: "models--a--b/snapshots/1234/config.json")
    try folder.write("two", to: "models--a--b/snapshots/5678/config.json")
    let repository = folder.path + "/models--a--b"
    #expect(HubFolder.snapshot(of: repository) == nil)
    try folder.write("5678\n", to: "models--a--b/refs/main")
    #expect(HubFolder.snapshot(of: repository) == repository + "/snapshots/5678")
    #expect(HubFolder.snapshot(of: folder.path) == nil)
  }

  @Test func `the image processor of transformers 5 is read`() throws {
    let folder = try TemporaryFolder()
    let tower = CLIPConfiguration.largePatch14At336
    let processor =
      #"{"image_mean": [0.5, 0.5, 0.5], "image_std": [0.4, 0.5, 0.6], "size": {"shortest_edge": 336}}"#
    try folder.write("{\"image_processor\": \(processor)}", to: "processor_config.json")
    let new = try PreprocessorConfiguration(folder: folder.path, tower: tower)
    let old = try TemporaryFolder()
    try old.write(processor, to: "preprocessor_config.json")
    #expect(try new == PreprocessorConfiguration(folder: old.path, tower: tower))
    #expect(new.mean == [0.5, 0.5, 0.5])
    try folder.write(
      #"{"image_processor": {"do_normalize": false}}"#, to: "processor_config.json")
    #expect(
      sentence { _ = try PreprocessorConfiguration(folder: folder.path, tower: tower) }
        .contains("do_normalize"))
  }

  @Test(arguments: ["folder", "fifo", "link"])
  func `tensor files replace regular files only`(kind: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/out.safetensors"
    let tensor = NamedTensor(name: "a", shape: [1], floats: [1])
    switch kind {
    case "folder":
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    case "fifo": try #require(mkfifo(path, 0o600) == 0)
    default:
      try folder.write("old", to: "real")
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "real")
      try SafetensorsWriter.write([tensor], to: path)
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == "real")
      #expect(try SafetensorsFile(path: folder.path + "/real").names == ["a"])
      return
    }
    #expect(sentence { try SafetensorsWriter.write([tensor], to: path) }.contains("regular file"))
    #expect(folder.names == ["out.safetensors"])
  }
}
