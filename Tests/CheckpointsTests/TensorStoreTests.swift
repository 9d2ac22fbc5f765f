import Checkpoints
import Foundation
import TestSupport
import Testing

struct TensorStoreTests {
  /// A folder with `a` [2], `b.x` [1, 2] and `b.y` [3], in one file or one shard each.
  func model(sharded: Bool) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let tensors = [("a", [2]), ("b.x", [1, 2]), ("b.y", [3])].map {
      TensorDeclaration(name: $0.0, dtype: .bf16, shape: $0.1)
    }
    let writer = try ShardedSafetensorsWriter(
      folder: folder.path, tensors: tensors, shardSize: sharded ? 1 : nil)
    for (index, tensor) in tensors.enumerated() {
      try writer.append(
        [Float](repeating: Float(index), count: tensor.shape.reduce(1, *)), to: tensor.name)
    }
    try writer.finish()
    return folder
  }

  @Test func `shards and a single file give the same tensors`() throws {
    let (single, sharded) = (try model(sharded: false), try model(sharded: true))
    let (one, many) = (try TensorStore(folder: single.path), try TensorStore(folder: sharded.path))
    #expect(one.files.count == 1)
    #expect(many.files.count == 3)
    #expect(one.names == many.names)
    #expect(one.byteCount == 14)
    for name in one.names {
      #expect(one[name]?.shape == many[name]?.shape)
      #expect(
        try one.tensor(named: name, shape: nil).floats()
          == many.tensor(named: name, shape: nil).floats())
    }
  }

  @Test func `a view looks names up below its prefix and counts as taking`() throws {
    let folder = try model(sharded: true)
    let store = try TensorStore(folder: folder.path)
    let view = store.view(prefix: "b.")
    #expect(view.names == ["x", "y"])
    #expect(view.contains("x") && !view.contains("a"))
    _ = try view.tensor(named: "x", shape: [1, 2])
    #expect(store.taken == ["b.x"])
    #expect(sentence { try store.finish() }.contains("no place for 2 tensors: a, b.y"))
    _ = try view.tensor(named: "y", shape: [3])
    #expect(
      sentence { try store.finish() }.contains(
        "tensor a: the model of config.json has no such tensor"))
    _ = try store.tensor(named: "a", shape: [2])
    try store.finish()
  }

  @Test func `a wrong shape names both, a missing tensor the nearest name`() throws {
    let folder = try model(sharded: false)
    let store = try TensorStore(folder: folder.path)
    let shape = sentence { _ = try store.tensor(named: "b.x", shape: [2, 1]) }
    #expect(
      shape.contains("tensor b.x: the file has shape [1, 2], the configuration asks for [2, 1]"))
    #expect(
      sentence { _ = try store.tensor(named: "b.z", shape: [3]) }.contains(
        "tensor b.z: the tensor is missing; the nearest name is \"b."))
    #expect(sentence { try store.finish() }.contains("tensor b.z: the tensor is missing"))
  }

  @Test func `integer weights are refused`() throws {
    let folder = try TemporaryFolder()
    try SafetensorsWriter.write(
      [NamedTensor(name: "a", shape: [1], int32s: [7])], to: folder.path + "/model.safetensors")
    let store = try TensorStore(folder: folder.path)
    #expect(
      sentence { _ = try store.tensor(named: "a", shape: [1]) }.contains(
        "tensor a: the weights are I32"))
    #expect(try store["a"]?.ints() == [7])
  }

  @Test func `a list of expected tensors is checked as a whole`() throws {
    let folder = try model(sharded: false)
    let store = try TensorStore(folder: folder.path)
    let all = [("a", [2]), ("b.x", [1, 2]), ("b.y", [3])].map {
      TensorSpecification($0.0, $0.1, .bias)
    }
    try store.check(expected: all)
    #expect(
      sentence { try store.check(expected: Array(all.dropLast())) }.contains(
        "tensor b.y: the model of config.json has no such tensor"))
    let more = all + [TensorSpecification("c", [1], .bias), TensorSpecification("d", [1], .bias)]
    #expect(sentence { try store.check(expected: more) }.contains("2 tensors are missing: c, d"))
    let wrong = [TensorSpecification("a", [3], .bias)] + all.dropFirst()
    #expect(
      sentence { try store.check(expected: wrong) }.contains(
        "shape [2], the configuration asks for [3]"))
  }

  @Test func `buffers of old files are no extra tensors`() throws {
    let folder = try TemporaryFolder()
    let names = [
      "model.layers.0.self_attn.rotary_emb.inv_freq", "vision_model.embeddings.position_ids",
    ]
    try SafetensorsWriter.write(
      names.map { NamedTensor(name: $0, shape: [1], floats: [1]) },
      to: folder.path + "/model.safetensors")
    let store = try TensorStore(folder: folder.path)
    try store.finish()
    #expect(sentence { try store.finish { _ in false } }.contains("no place for 2 tensors"))
  }

  static let indexDamages: [(String, String)] = [
    (#"{"weight_map":{"a":"../a.safetensors"}}"#, "is no plain file name"),
    (#"{"weight_map":{"a":"/etc/passwd"}}"#, "is no plain file name"),
    (#"{"weight_map":{"a":".."}}"#, "is no plain file name"),
    (#"{"weight_map":{"a":""}}"#, "is no plain file name"),
    (
      #"{"weight_map":{"a":"model-00009-of-00009.safetensors"}}"#,
      "the shard model-00009-of-00009.safetensors is missing"
    ),
    (
      #"{"weight_map":{"a":"model-00002-of-00003.safetensors"}}"#,
      "tensor a: the index says that model-00002-of-00003.safetensors holds"
    ),
    (
      #"{"weight_map":{"b.x":"model-00002-of-00003.safetensors","b.x":"model-00002-of-00003.safetensors"}}"#,
      "names \"b.x\" twice"
    ),
    (#"{"weight_map":{"a":3}}"#, "weight_map.a: expected a string"),
    (#"{"map":{}}"#, "the key \"weight_map\" is missing"),
    ("{", "the index cannot be read"),
  ]

  @Test(arguments: indexDamages)
  func `a damaged index is refused with its name`(_ text: String, _ words: String) throws {
    let folder = try model(sharded: true)
    let path = try folder.write(text, to: "model.safetensors.index.json")
    let error = try #require(checkpointError { _ = try TensorStore(folder: folder.path) })
    #expect(error.code == .invalidIndex)
    #expect(error.location?.file == path)
    #expect("\(error)".contains(words), "\(error)")
  }

  @Test func `a tensor that the index leaves out is refused`() throws {
    let folder = try TemporaryFolder()
    let file = "model-00001-of-00001.safetensors"
    let tensors = ["a", "b"].map { NamedTensor(name: $0, shape: [1], floats: [1]) }
    try SafetensorsWriter.write(tensors, to: folder.path + "/" + file)
    _ = try folder.write("{\"weight_map\":{\"a\":\"\(file)\"}}", to: "model.safetensors.index.json")
    #expect(
      sentence { _ = try TensorStore(folder: folder.path) }.contains(
        "tensor b: the index does not place this tensor"))
  }

  @Test(arguments: [
    (
      ["pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin"],
      "glob.glob('pytorch_model*.bin')"
    ),
    (["pytorch_model.bin"], "convert them once"), (["consolidated.00.pth"], "glob.glob('*.pt*')"),
    (["mm_projector.bin"], "projector of a first training stage"),
    (["model-00001-of-00002.safetensors"], "copy the index too"),
    (["readme.txt"], "no model.safetensors and no model.safetensors.index.json"),
  ])
  func `a folder without safetensors says what to do`(_ files: [String], _ words: String) throws {
    let folder = try TemporaryFolder()
    for file in files { _ = try folder.write([0x80, 2], to: file) }
    #expect(sentence { _ = try TensorStore(folder: folder.path) }.contains(words))
  }

  @Test func `a missing folder and a file in its place are refused`() throws {
    let folder = try TemporaryFolder()
    #expect(
      sentence { _ = try TensorStore(folder: folder.path + "/none") }.contains("no such folder"))
    let file = try folder.write("x", to: "file")
    #expect(sentence { _ = try TensorStore(folder: file) }.contains("this is a file"))
  }
}
