import EngineModel
import Evaluation
import Foundation
import ProxyVModel
import TestSupport
import Testing

/// The embedded trained checkpoints: what they say is what PyTorch says.
@Suite struct TrainedMiniatureTests {
  /// A page with PyTorch's greedy answers, as `miniature.expected` writes them.
  struct Expected: Decodable, Sendable, CustomTestStringConvertible {
    var checkpoint: String
    var image: String
    var prompts: [String]
    var maximumNewTokens: Int
    var tokenIDs: [[Int]]
    var texts: [String]

    enum CodingKeys: String, CodingKey {
      case checkpoint, image, prompts, texts
      case maximumNewTokens = "maximum_new_tokens"
      case tokenIDs = "token_ids"
    }

    var testDescription: String { "\(checkpoint), \(image)" }
  }

  private static let samples = TestMaterial.project + "/Samples/miniature"
  static let expected: [Expected] = {
    let path = TestMaterial.fixtures + "/miniature/answers.jsonl"
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [] }
    return text.split(separator: "\n").compactMap {
      try? JSONDecoder().decode(Expected.self, from: Data($0.utf8))
    }
  }()

  @Test func `baseline and ProxyV are pinned, on pages of several benchmarks`() {
    #expect(Set(Self.expected.map(\.checkpoint)).isSuperset(of: ["baseline", "proxyv"]))
    #expect(Set(Self.expected.map { $0.image.prefix { $0 != "/" } }).count >= 3)
    #expect(Self.expected.contains { $0.texts.contains { !$0.isEmpty } })
  }

  @Test(arguments: expected)
  func `greedy answers are those of PyTorch`(page: Expected) throws {
    let options = LoadOptions(method: nil)
    let model = try ProxyVAnsweringModel(
      VisionLanguageModel.load(folder: Self.samples + "/" + page.checkpoint, options: options))
    let image = ImageReference(
      identity: page.image, name: page.image,
      load: {
        let path = Self.samples + "/data/" + page.image
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      })
    var answers: [Answer] = []
    let prompts = page.prompts.map { Prompt(text: $0, maximumNewTokens: page.maximumNewTokens) }
    try model.answer(prompts, about: image) { _, answer in answers.append(answer) }
    #expect(answers.map(\.failure).allSatisfy { $0 == nil })
    #expect(answers.map(\.tokenIDs) == page.tokenIDs)
    #expect(answers.map(\.text) == page.texts)
  }
}
