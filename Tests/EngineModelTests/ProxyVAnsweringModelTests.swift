import Checkpoints
import EngineModel
import Evaluation
import Foundation
import ProxyVModel
import TestSupport
import Testing

/// The engine behind ``AnsweringModel``: who it says it is, and what its answers count.
@Suite struct ProxyVAnsweringModelTests {
  private static let image = ImageReference(
    identity: "page", name: "page",
    load: {
      let folder = TestMaterial.project + "/Samples/docvqa/documents"
      let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      return [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + names[0])))
    })

  private func withModel<R>(
    method: String? = nil, _ body: (ProxyVAnsweringModel) throws -> R
  ) throws -> R {
    try TestMaterial.withTemporaryFolder { folder in
      try Synthesis(shape: .tiny, method: .learnedProxyV).writeComplete(to: folder + "/tiny")
      let options = LoadOptions(method: method)
      return try body(
        ProxyVAnsweringModel(
          VisionLanguageModel.load(folder: folder + "/tiny", options: options)))
    }
  }

  @Test func `the identity names what decides an answer`() throws {
    let names = [
      "kind", "content", "configuration", "type", "method", "arithmetic", "aspect",
      "exif transpose", "conversation",
    ]
    let trained = try withModel { $0.identity }
    let reduced = try withModel(method: "visionzip") { $0.identity }
    #expect(trained.properties.map(\.name) == names)
    #expect(trained["content"] == reduced["content"])
    #expect(trained["method"] != reduced["method"])
  }

  @Test func `an image is encoded once for all its questions`() throws {
    let prompts = ["What is this?", "Why?"].map { Prompt(text: $0, maximumNewTokens: 3) }
    let answers = try withModel { model in
      var answers: [Answer] = []
      model.anticipate(Self.image)
      try model.answer(prompts, about: Self.image) { index, answer in
        #expect(index == answers.count)
        answers.append(answer)
      }
      return answers
    }
    #expect(answers.map(\.failure) == [nil, nil])
    #expect(answers.map(\.counts.imagesEncoded) == [1, 0])
    #expect(answers.allSatisfy { (1...3).contains($0.tokenIDs.count) })
    #expect(answers.allSatisfy { $0.counts.visionTokens > 0 && $0.counts.textTokens > 0 })
  }

  @Test func `several images make one crop each and stand in their order`() throws {
    let folder = TestMaterial.project + "/Samples/docvqa/documents"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted().prefix(3)
    let pages = names.map { name in
      ImageReference(identity: name, name: name) {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
      }
    }
    let prompt = Prompt(text: "What is this?", maximumNewTokens: 4)
    try withModel { model in
      func answer(_ images: [ImageReference]) throws -> Answer {
        var given: Answer?
        try model.answer([prompt, prompt], images: images) { index, answer in
          if index == 0 { given = answer } else { #expect(answer.tokenIDs == given?.tokenIDs) }
        }
        return try #require(given)
      }
      let alone = try answer([pages[0]])
      let three = try answer(pages)
      #expect(three.failure == nil)
      #expect(three.counts.crops == 3 && three.counts.imagesEncoded == 3)
      #expect(alone.counts.crops > 1 && alone.counts.imagesEncoded == 1)
      // A marker of each image and the space between two.
      #expect(three.counts.textTokens > alone.counts.textTokens)
      // More than the checkpoint was made for: the question fails by name.
      let error = #expect(throws: ModelError.self) {
        try answer(Array(repeating: pages[0], count: 9))
      }
      #expect(error?.code == .tooManyCrops)
    }
  }

  @Test func `an unreadable image is the error of the whole call`() throws {
    let broken = ImageReference(identity: "broken", name: "broken.png", load: { [1, 2, 3] })
    _ = try withModel { model in
      #expect(throws: (any Error).self) {
        try model.answer([Prompt(text: "Why?", maximumNewTokens: 1)], about: broken) { _, _ in
          Issue.record("an answer about an image that cannot be read")
        }
      }
    }
  }
}
