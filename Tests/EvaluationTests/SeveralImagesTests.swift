import Evaluation
import EvaluationTestSupport
import Foundation
import Hashing
import TestSupport
import Testing

/// Questions about several images: who is asked how, and what is recorded of the images.
@Suite struct SeveralImagesTests {
  private static func image(_ name: String) -> ImageReference {
    ImageReference(identity: name, name: name, load: { Array(name.utf8) })
  }

  /// Questions about these images, each a list of names.
  private static func data(_ lists: [[String]]) -> OpenedData {
    let samples = lists.enumerated().map { place, names in
      Sample(
        id: "s\(place)", images: names.map(image), question: String(place),
        references: ["answer \(place)"])
    }
    return OpenedData(
      path: "memory",
      layout: DataLayout(
        name: "memory", summary: "memory", recognizes: { _ in true }, samples: { _ in samples }),
      samples: samples)
  }

  /// Reads every image that it is asked about.
  private final class Reader: MultipleImageModel {
    let identity = ModelIdentity([("kind", "reader")])
    var calls: [(prompts: [String], images: [String])] = []

    func answer(
      _ prompts: [Prompt], about image: ImageReference?, deliver: (Int, Answer) throws -> Void
    ) throws {
      try answer(prompts, aboutAll: image.map { [$0] } ?? [], deliver: deliver)
    }

    func answer(
      _ prompts: [Prompt], aboutAll images: [ImageReference],
      deliver: (Int, Answer) throws -> Void
    ) throws {
      calls.append((prompts.map(\.text), images.map(\.identity)))
      for image in images { _ = try image.load() }
      for index in prompts.indices { try deliver(index, Answer(text: "x")) }
    }
  }

  private func entries(
    _ model: any AnsweringModel, _ data: OpenedData
  ) throws -> [String: Answer] {
    let folder = try TemporaryFolder()
    var runner = Runner(
      benchmark: EchoBenchmark(), data: data, outputFolder: folder.path + "/run")
    runner.keepGoing = true
    let summary = try runner.run(model, progress: SilentProgress())
    return Dictionary(
      uniqueKeysWithValues: try summary.directory.entries().map { ($0.id, $0.answer) })
  }

  @Test func `questions about the same images in the same order are asked together`() throws {
    let model = Reader()
    _ = try entries(model, Self.data([["a", "b"], ["a"], ["b", "a"], ["a", "b"], [], ["a"]]))
    #expect(model.calls.map(\.images) == [["a", "b"], ["a"], ["b", "a"], []])
    #expect(model.calls.map(\.prompts.count) == [2, 2, 1, 1])
  }

  @Test func `the hash of several images tells them and their order`() throws {
    let answers = try entries(
      Reader(), Self.data([["a", "b"], ["b", "a"], ["a"], ["a", "c"], []]))
    func hash(_ text: String) -> String { SHA256.hexadecimal(of: Array(text.utf8)) }
    #expect(answers["s2"]?.imageHash == hash("a"))
    #expect(answers["s0"]?.imageHash == hash("\(hash("a"))\n\(hash("b"))\n"))
    #expect(answers["s4"]?.imageHash == nil)
    #expect(Set(answers.values.map { $0.imageHash ?? "" }).count == 5)
  }

  @Test func `a model of one image fails the question by name and answers the others`() throws {
    let answers = try entries(EchoModel(), Self.data([["a"], ["a", "b", "c"], ["b"]]))
    #expect(answers["s0"]?.failure == nil && answers["s2"]?.failure == nil)
    #expect(answers["s1"]?.failure?.code == "several-images")
    #expect(answers["s1"]?.failure?.message.contains("about 3 images") == true)
  }
}
