import Checkpoints
import DataFormats
import Foundation
import TestSupport
import Testing

struct CheckpointTests {
  @Test(arguments: TestData.modelNames)
  func `every reference model opens`(_ model: String) throws {
    let checkpoint = try Checkpoint(folder: TestData.models + "/" + model)
    #expect(checkpoint.tower.separateFolder == nil)
    #expect(checkpoint.tower.configuration.hiddenSize == checkpoint.configuration.visionHiddenSize)
    #expect(!checkpoint.generation.eosTokenIDs.isEmpty)
    let conversations: [String: ConversationFamily] = [
      "vicuna": .vicuna, "llama3": .llama3, "qwen2": .qwen, "phi3": .phi3, "internlm2": .internlm2,
      "hf": .vicuna,
    ]
    #expect(checkpoint.conversation == conversations[String(model.prefix { $0 != "_" })])
  }

  @Test func `a missing folder or configuration is named`() throws {
    let folder = try TemporaryFolder()
    #expect(
      sentence { _ = try Checkpoint(folder: folder.path + "/none") } == folder.path
        + "/none: no such folder")
    #expect(
      sentence { _ = try Checkpoint(folder: folder.path) }.contains("there is no config.json"))
  }
}

/// A small model whose tower is inside, in a folder of its own, or nowhere.
struct VisionTowerTests {
  let configuration: ModelConfiguration
  let tower: CLIPConfiguration

  init() throws {
    configuration = try ModelConfigurationTests.configuration("vicuna_learn_fp32")
    tower = CLIPConfiguration(
      hiddenSize: 64, intermediateSize: 128, layerCount: 3, headCount: 4, imageSize: 336,
      patchSize: 14)
  }

  func write(_ tensors: [TensorSpecification], to folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let small = tensors.map { tensor in
      NamedTensor(
        name: tensor.name, shape: tensor.shape,
        floats: [Float](repeating: 0, count: tensor.shape.reduce(1, *)))
    }
    try SafetensorsWriter.write(small, to: folder + "/model.safetensors")
  }

  func copyConfigurations(to folder: String, withTower towerFolder: String?) throws {
    let source = TestData.fixtures + "/configs/vicuna_learn_fp32/"
    try FileManager.default.copyItem(
      atPath: source + "config.json", toPath: folder + "/config.json")
    if let towerFolder {
      try FileManager.default.copyItem(
        atPath: source + "clip-tiny-patch14-336", toPath: towerFolder)
    }
  }

  @Test(arguments: ["model/clip-tiny-patch14-336", "clip-tiny-patch14-336"])
  func `a separate tower is found inside and beside the checkpoint`(_ place: String) throws {
    let folder = try TemporaryFolder()
    try write(configuration.expectedTensors(), to: folder.path + "/model")
    try copyConfigurations(to: folder.path + "/model", withTower: folder.path + "/" + place)
    // A whole CLIP model: its text side is passed over.
    try write(
      tower.expectedTensors() + [TensorSpecification("text_projection.weight", [2, 2], .bias)],
      to: folder.path + "/" + place)
    let checkpoint = try Checkpoint(folder: folder.path + "/model")
    #expect(checkpoint.tower.separateFolder == folder.path + "/" + place)
    #expect(checkpoint.tower.configuration == tower)
    #expect(
      try checkpoint.tower.tensors.tensor(named: "vision_model.post_layernorm.bias", shape: [64])
        .count == 64)
    // The identity covers the separate tower.
    let other = try TensorStore(folder: folder.path + "/model")
    #expect(try checkpoint.identity(cache: .none) != ContentIdentity(tensors: other, cache: .none))
  }

  @Test func `a tower in the checkpoint counts before a separate one`() throws {
    let folder = try TemporaryFolder()
    let model = folder.path + "/model"
    try write(configuration.expectedTensors(tower: tower), to: model)
    try copyConfigurations(to: model, withTower: model + "/clip-tiny-patch14-336")
    try write(tower.expectedTensors(), to: model + "/clip-tiny-patch14-336")
    let checkpoint = try Checkpoint(folder: model)
    #expect(checkpoint.tower.separateFolder == nil)
    #expect(checkpoint.tower.tensors.prefix == "model.vision_tower.vision_tower.")
  }

  @Test func `without a tower the message says what is missing and what to do`() throws {
    let folder = try TemporaryFolder()
    let model = folder.path + "/model"
    try write(configuration.expectedTensors(), to: model)
    try copyConfigurations(to: model, withTower: nil)
    let error = try #require(checkpointError { _ = try Checkpoint(folder: model) })
    #expect(error.code == .missingTower)
    #expect(
      "\(error)".contains(
        """
        mm_vision_tower: the checkpoint has no vision tower and \"clip-tiny-patch14-336\" was \
        not found
        """
      ))
    #expect("\(error)".contains(model + "/clip-tiny-patch14-336"))
    #expect("\(error)".contains("put its folder beside the checkpoint"))
  }

  @Test func `tower tensors without a configuration ask for it`() throws {
    let folder = try TemporaryFolder()
    try write(configuration.expectedTensors(tower: tower), to: folder.path)
    try copyConfigurations(to: folder.path, withTower: nil)
    #expect(
      sentence { _ = try Checkpoint(folder: folder.path) }.contains(
        "holds the vision tower's tensors but not its shape"))
  }

  @Test func `a missing, a mis-shaped and an extra tensor stop the opening`() throws {
    let expected = configuration.expectedTensors(tower: tower)
    var wrong = expected
    wrong[wrong.count - 1].shape = [900, 65]
    let cases: [([TensorSpecification], String)] = [
      (Array(expected.dropLast()), "tensor lm_head.weight: the tensor is missing"),
      (
        wrong,
        "tensor lm_head.weight: the file has shape [900, 65], the configuration asks for [900, 64]"
      ),
      (
        expected + [TensorSpecification("model.layers.9.extra", [1], .bias)],
        "tensor model.layers.9.extra: the model of config.json has no such tensor"
      ),
    ]
    for (tensors, words) in cases {
      let folder = try TemporaryFolder()
      try write(tensors, to: folder.path)
      try copyConfigurations(to: folder.path, withTower: folder.path + "/clip-tiny-patch14-336")
      #expect(sentence { _ = try Checkpoint(folder: folder.path) }.contains(words))
    }
  }
}
