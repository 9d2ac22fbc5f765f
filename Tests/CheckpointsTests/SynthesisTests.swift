import Checkpoints
import DataFormats
import Foundation
import TestSupport
import Testing

struct SynthesisTests {
  struct Failure: Error {}

  func write(_ synthesis: Synthesis, to path: String) throws {
    try synthesis.write(to: path) { folder, conversation, configuration in
      try "\(conversation.rawValue) \(configuration.vocabularySize)".write(
        toFile: folder + "/tokenizer.txt", atomically: false, encoding: .utf8)
    }
  }

  @Test(arguments: Synthesis.Method.allCases, [DType.f32, .f16, .bf16])
  func `a tiny checkpoint opens as any other`(_ method: Synthesis.Method, _ dtype: DType) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/tiny"
    try write(Synthesis(shape: .tiny, method: method, dtype: dtype, seed: 3), to: path)
    #expect(folder.names == ["tiny"])
    let checkpoint = try Checkpoint(folder: path)
    #expect(checkpoint.configuration.usesProxies == [.proxyV, .learnedProxyV].contains(method))
    #expect((checkpoint.configuration.lightMLPStartLayer == nil) == (method != .lightMLP))
    #expect(checkpoint.configuration.learnsProxies == (method == .learnedProxyV))
    #expect(checkpoint.configuration.packing == .grouped)
    #expect(
      checkpoint.tower.separateFolder == nil && checkpoint.tower.configuration.patchCount == 576)
    #expect(checkpoint.generation.eosTokenIDs == [2] && checkpoint.conversation == .vicuna)
    #expect(checkpoint.tensors.names.allSatisfy { checkpoint.tensors[$0]?.dtype == dtype })
    #expect(try String(contentsOfFile: path + "/tokenizer.txt", encoding: .utf8) == "v1 1024")
  }

  @Test func `weights have the scale of their fan-in, gains are one, and tensors differ`() throws {
    let folder = try TemporaryFolder()
    try write(Synthesis(shape: .tiny, dtype: .f32), to: folder.path + "/a")
    let store = try TensorStore(folder: folder.path + "/a")
    func floats(_ name: String) throws -> [Float] {
      try store.tensor(named: name, shape: nil).floats()
    }
    func deviation(_ values: [Float]) -> Float {
      (values.reduce(0) { $0 + $1 * $1 } / Float(values.count)).squareRoot()
    }
    #expect(
      abs(
        deviation(try floats("model.layers.0.mlp.down_proj.weight")) * Float(160).squareRoot() - 1)
        < 0.05)
    #expect(abs(deviation(try floats("model.embed_tokens.weight")) - 1) < 0.05)
    #expect(try floats("model.norm.weight").allSatisfy { $0 == 1 })
    let first = try ["q_proj", "k_proj", "v_proj", "o_proj"].map {
      try floats("model.layers.0.self_attn.\($0).weight")
    }
    #expect(Set(first).count == 4)
    #expect(try floats("model.layers.1.self_attn.q_proj.weight") != first[0])
  }

  @Test func `the same seed gives the same identity, sharded or not, another seed another`() throws
  {
    let folder = try TemporaryFolder()
    func identity(_ name: String, seed: UInt64, shardSize: Int) throws -> ContentIdentity {
      try write(
        Synthesis(shape: .tiny, seed: seed, shardSize: shardSize), to: folder.path + "/" + name)
      return try Checkpoint(folder: folder.path + "/" + name).identity(cache: .none)
    }
    let first = try identity("a", seed: 1, shardSize: 1_000_000_000)
    #expect(try identity("b", seed: 1, shardSize: 200_000) == first)
    #expect(try identity("c", seed: 2, shardSize: 1_000_000_000) != first)
    #expect(FileManager.default.fileExists(atPath: folder.path + "/b/model.safetensors.index.json"))
    #expect(
      !FileManager.default.fileExists(atPath: folder.path + "/a/model.safetensors.index.json"))
  }

  @Test(
    arguments: zip(
      Synthesis.Shape.allCases, [1_024, 32_000, 32_000, 128_256, 152_064, 32_064, 92_544]))
  func `every shape has a valid configuration`(_ shape: Synthesis.Shape, _ vocabulary: Int) throws {
    let configuration = try Synthesis(shape: shape).configuration()
    #expect(configuration.vocabularySize == vocabulary)
    #expect(
      configuration.usesProxies
        && configuration.guidedMLPCount == configuration.layerCount - configuration.proxyStartLayer)
    #expect(try Synthesis(shape: shape, layers: 2).configuration().layerCount == 2)
  }

  @Test func `Vicuna-7B with ProxyV from layer 12 has the paper's size`() throws {
    let synthesis = Synthesis(shape: .vicuna7B)
    let tensors = try synthesis.configuration().expectedTensors()
    let parameters = tensors.reduce(0) { $0 + $1.shape.reduce(1, *) }
    let guided = tensors.filter { $0.name.contains("vision_mlp_layers") }.reduce(0) {
      $0 + $1.shape.reduce(1, *)
    }
    #expect(guided == 293_683_200)  // 20 · (2·r·d + 2·r² + r·d + d) with r = 1024: 0.294 B
    #expect((7_050_000_000...7_060_000_000).contains(parameters))
    #expect(try synthesis.byteCount() == 2 * (parameters + 303_507_456))
  }

  @Test func `options that do not fit are refused and leave nothing behind`() throws {
    let folder = try TemporaryFolder()
    let cases: [(Synthesis, String)] = [
      (Synthesis(shape: .tiny, startLayer: 4), "proxyv_start_layer: 4 is not a layer"),
      (Synthesis(shape: .tiny, layers: 0), "num_hidden_layers: 0 is outside"),
      (Synthesis(shape: .tiny, layers: .max, startLayer: .min), "num_hidden_layers"),
      (Synthesis(shape: .vicuna7B, layers: .max), "num_hidden_layers"),
      (Synthesis(shape: .tiny, reduceFactor: 5), "proxyv_reduce_factor: 5 does not divide"),
      (
        Synthesis(shape: .llama3, vocabularySize: 1000),
        "bos_token_id: 128000 is outside the vocabulary of 1000"
      ),
      (Synthesis(shape: .tiny, dtype: .i8), "cannot be written as I8"),
      (Synthesis(shape: .tiny, shardSize: 0), "a shard size of 0"),
    ]
    for (synthesis, words) in cases {
      let text = sentence { try write(synthesis, to: folder.path + "/x") }
      #expect(text.contains(words), "\(text)")
    }
    #expect(
      sentence { _ = try Synthesis.Shape(named: "vicuna7b") }.contains(
        "did you mean \"vicuna-7b\"?"))
    #expect(folder.names.isEmpty)
  }

  @Test func `an existing folder is never touched and a failure leaves nothing behind`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("mine", to: "model/notes.txt")
    #expect(
      sentence { try write(Synthesis(shape: .tiny), to: folder.path + "/model") }.contains(
        "the folder exists already"))
    #expect(
      sentence { try write(Synthesis(shape: .tiny), to: folder.path + "/none/model") }.contains(
        "none: no such folder"))
    #expect(throws: CheckpointError.self) {
      try Synthesis(shape: .tiny).write(to: folder.path + "/other") { _, _, _ in throw Failure() }
    }
    #expect(folder.names == ["model"])
  }

  /// Free bytes for temporary files, by an interface other than the one under test.
  static let freeBytes =
    (try? FileManager.default.attributesOfFileSystem(
      forPath: FileManager.default.temporaryDirectory.path))?[.systemFreeSize]
    as? Int ?? 0

  // 1024 layers of 13B in f32 are 1.3 TB.
  @Test(
    .enabled(if: freeBytes < 1_200_000_000_000, "the disk is large enough for the largest model"))
  func `too little disk space is said before anything is written`() throws {
    let folder = try TemporaryFolder()
    let synthesis = Synthesis(shape: .vicuna13B, layers: 1_024, dtype: .f32)
    let error = try #require(checkpointError { try write(synthesis, to: folder.path + "/x") })
    #expect(error.code == .diskSpace)
    #expect(
      error.message.contains("the checkpoint needs 1") && error.message.contains(" GB, but only "),
      "\(error)")
    #expect(folder.names.isEmpty)
  }
}
