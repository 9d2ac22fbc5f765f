import DataFormats
import ProxyVModel
import Tensor
import TestSupport
import Testing

@Suite struct SharedPrefixTests {
  static let questions = [
    "What is this?", "Which colour has the box, and how many are there?", "Name the date.", "Why?",
  ]

  @Test(
    arguments: ["vicuna_base_fp32", "vicuna_proxyv_bf16"])
  func fourQuestionsPayForTheImageOnceAndAnswerTheSameBitsAsAlone(variant: String) throws {
    let golden = try #require(GoldenCase.all(variants: [variant]).first)
    let model = try golden.loadModel()
    let image = try #require(try golden.images().first)
    let asked = Self.questions.map {
      VisionLanguageModel.Question(
        conversation: model.conversation(question: $0, imageCount: 1), maximumNewTokens: 8)
    }
    var together: [VisionLanguageModel.QuestionAnswer] = []
    try model.answer(asked, images: [model.prepare(image.bytes, name: image.name)]) {
      index, answer in
      #expect(index == together.count)
      together.append(try answer.get())
    }
    #expect(together.map(\.imagesEncoded) == [1, 0, 0, 0])
    #expect(together.map(\.prefixesComputed) == [1, 0, 0, 0])
    for (question, answer) in zip(asked, together) {
      let alone = try model.answer(
        conversation: question.conversation, images: [image], maximumNewTokens: 8)
      #expect(alone.generation.ids == answer.ids)
      #expect(alone.decoded == answer.text)
    }
    // Equal tokens could hide unequal bits: the logits of the second question, with and without the
    // first before it.
    let encoded = try model.encode([model.prepared(image.bytes, name: image.name)])
    let first = try model.layout(conversation: asked[0].conversation, images: encoded)
    let second = try model.layout(conversation: asked[1].conversation, images: encoded)
    var shared = try model.prefill(first, images: encoded)
    _ = try model.generate(first, after: &shared, stopIDs: [], maximumNewTokens: 8)
    let after = try model.generate(
      second, after: &shared, stopIDs: [], maximumNewTokens: 8, keepsStepLogits: true)
    var own = try model.prefill(second, images: encoded)
    let alone = try model.generate(
      second, after: &own, stopIDs: [], maximumNewTokens: 8, keepsStepLogits: true)
    #expect(after.prefillLogits == alone.prefillLogits && after.stepLogits == alone.stepLogits)
  }

  // Tiled attention rounds keys and values to bf16 before it multiplies them; so by default they
  // are kept so.
  @Test(.enabled(if: ISA.best == .avx512bf16, "this processor multiplies no bf16"))
  func roundedActivationsGetTheSameBitsFromACacheOfEitherFormat() throws {
    let golden = try #require(GoldenCase.all(variants: ["vicuna_proxyv_bf16"]).first)
    let image = try #require(try golden.images().first)
    let logits = try [nil, CacheFormat.f32, .bf16].map { cache in
      var options = LoadOptions()
      options.precision = .bf16
      options.cache = cache
      let model = try golden.loadModel(options)
      #expect(model.cacheFormat == cache ?? (model.compute.roundsToBF16 ? .bf16 : .f32))
      let encoded = try model.encode([model.prepared(image.bytes, name: image.name)])
      let prompt = try model.layout(
        conversation: model.conversation(question: Self.questions[0], imageCount: 1),
        images: encoded)
      var state = try model.prefill(prompt, images: encoded)
      let generation = try model.generate(
        prompt, after: &state, stopIDs: [], maximumNewTokens: 4, keepsStepLogits: true)
      return [generation.prefillLogits] + generation.stepLogits
    }
    #expect(logits[0] == logits[1])
    #expect(logits[0] == logits[2])
  }

  @Test(arguments: [CacheFormat.f32, .bf16])
  func questionsContinuedTogetherGetTheBitsOfEachAlone(cache: CacheFormat) throws {
    let golden = try #require(GoldenCase.all(variants: ["vicuna_proxyv_bf16"]).first)
    var options = LoadOptions()
    options.cache = cache
    let model = try golden.loadModel(options)
    let image = try #require(try golden.images().first)
    let encoded = try model.encode([model.prepared(image.bytes, name: image.name)])
    // Suffixes of unequal length that end early or late, in tiles that begin with rows of the
    // prefix.
    let continuations = try (0..<9).map { index in
      let conversation = model.conversation(
        question: Self.questions[index % 4]
          + String(repeating: " Look again.", count: index * index), imageCount: 1)
      return VisionLanguageModel.Continuation(
        try model.layout(conversation: conversation, images: encoded),
        maximumNewTokens: index == 2 ? 0 : 2 + index)
    }
    var shared = try model.prefill(continuations[0].prompt, images: encoded)
    let together = try model.generate(
      continuations, after: &shared, stopIDs: model.stopIDs, keepsStepLogits: true)
    #expect(together[2].ids.isEmpty && together[2].stopReason == .length)
    for (continuation, generation) in zip(continuations, together) {
      let alone = try model.generate(
        continuation.prompt, after: &shared, stopIDs: model.stopIDs,
        maximumNewTokens: continuation.maximumNewTokens, keepsStepLogits: true)
      #expect(generation.ids == alone.ids && generation.stopReason == alone.stopReason)
      #expect(
        generation.prefillLogits == alone.prefillLogits && generation.stepLogits == alone.stepLogits
      )
      #expect(generation.decodePositions == alone.decodePositions)
      #expect(generation.cacheLengthsAfterGeneration == alone.cacheLengthsAfterGeneration)
    }
  }

  @Test func aQuestionThatCannotBeAskedCostsTheOthersNothing() throws {
    let golden = try #require(GoldenCase.all(variants: ["vicuna_proxyv_bf16"]).first)
    let model = try golden.loadModel()
    let image = try #require(try golden.images().first)
    var asked = Self.questions.map {
      VisionLanguageModel.Question(
        conversation: model.conversation(question: $0, imageCount: 1), maximumNewTokens: 4)
    }
    asked.insert(
      VisionLanguageModel.Question(conversation: "<image><image> two images", maximumNewTokens: 4),
      at: 1)
    var answered: [Int] = []
    var failed: [Int] = []
    try model.answer(asked, images: [model.prepare(image.bytes, name: image.name)]) {
      index, answer in
      if case .success = answer { answered.append(index) } else { failed.append(index) }
    }
    #expect(answered == [0, 2, 3, 4] && failed == [1])
  }

  @Test func theNumberOfThreadsChangesNoBit() throws {
    let golden = try #require(GoldenCase.all(variants: ["vicuna_proxyv_bf16"]).first)
    let answers = try [1, 2, 3].map { threads in
      try golden.loadModel(LoadOptions(threads: threads)).answer(
        conversation: golden.expected["prompt"].string(), images: golden.images(),
        maximumNewTokens: 8)
    }
    #expect(
      answers.dropFirst().allSatisfy {
        $0.generation.prefillLogits == answers[0].generation.prefillLogits
      })
    #expect(answers.dropFirst().allSatisfy { $0.generation.ids == answers[0].generation.ids })
  }
}
