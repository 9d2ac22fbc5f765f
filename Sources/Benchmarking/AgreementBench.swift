import Diagnostics
public import ProxyVModel
public import Reporting

/// What a way of keeping weights changes in a model's answers: the error of its logits beside
/// another way's, and how often both choose the same next token.
///
/// The first of ``weights`` is the reference. It continues every prompt greedily; the others read
/// the same continuation and are compared at each of its steps, so that one differing token does
/// not spoil what follows it.
public struct AgreementBench {
  /// What is asked.
  public enum Prompts: Sendable {
    /// Images of noise and made-up texts, each sample another one.
    case synthesized(BenchPrompt, samples: Int)
    /// Every question about every image file; without files, every question alone.
    case asked(images: [(name: String, bytes: [UInt8])], questions: [String])

    var count: Int {
      switch self {
      case .synthesized(_, let samples): samples
      case .asked(let images, let questions): max(1, images.count) * questions.count
      }
    }
  }

  public var weights: [WeightFormat]
  public var prompts: Prompts
  /// Steps per sample.
  public var tokens: Int
  public var options: LoadOptions
  /// What is done next.
  public var progress: (String) -> Void = { _ in }

  public init(weights: [WeightFormat], prompts: Prompts, tokens: Int, options: LoadOptions) {
    self.weights = weights
    self.prompts = prompts
    self.tokens = tokens
    self.options = options
  }

  /// - Throws: errors of the checkpoint or of an image, or where there is nothing to compare.
  public func run(folder: String) throws -> ResultTable {
    guard weights.count >= 2 else {
      throw BenchmarkingError(
        .invalidRequest, "--weights must name a reference and at least one other")
    }
    guard (1...1000).contains(tokens) else {
      throw BenchmarkingError(.invalidRequest, "--tokens must be from 1 to 1000, not \(tokens)")
    }
    guard prompts.count > 0 else {
      throw BenchmarkingError(.invalidRequest, "there is no prompt to compare answers to")
    }
    var table = ResultTable(
      title: "Agreement",
      columns: [
        .init("weights", importance: .essential), .init("beside", importance: .essential),
        .init("samples", importance: .low), .init("steps", importance: .low),
        .init("largest logit error", importance: .high), "mean logit error",
        .init("equal tokens", importance: .essential), "equal first tokens",
        .init("equal answers", importance: .essential),
      ])
    var references: [Agreement.Answer] = []
    for format in weights {
      var options = options
      options.weights = format
      let model = try VisionLanguageModel.load(folder: folder, options: options)
      if format == weights[0] && references.isEmpty {
        note(model, in: &table)
        for sample in 0..<prompts.count {
          references.append(try continued(asked(sample, of: model), by: model))
        }
        continue
      }
      var agreement = Agreement()
      for (sample, reference) in references.enumerated() {
        agreement.add(
          try following(reference, asked: asked(sample, of: model), by: model), reference: reference
        )
      }
      table.append([
        "weights": .text(format.rawValue), "beside": .text(weights[0].rawValue),
        "samples": .integer(references.count), "steps": .integer(agreement.steps),
        "largest logit error": .number(agreement.largestError, decimals: 4),
        "mean logit error": .number(agreement.meanError, decimals: 4),
        "equal tokens": .share(MeasuredRuns([agreement.equalTokens])),
        "equal first tokens": .share(MeasuredRuns([agreement.equalFirstTokens])),
        "equal answers": .share(MeasuredRuns([agreement.equalAnswers])),
      ])
    }
    table.notes = [
      """
      Errors are relative to the reference's logits of the same step: the largest to their \
      largest magnitude, the mean to their mean magnitude. Of all steps the largest and the \
      mean are shown. Both read the reference's continuation.
      """
    ]
    return table
  }

  private func note(_ model: VisionLanguageModel, in table: inout ResultTable) {
    table.fact("layers", .integer(model.configuration.layerCount))
    table.fact("hidden", .integer(model.configuration.hiddenSize))
    table.fact("method", .text(model.methodName))
    table.fact("activations", .text(model.compute.precision.rawValue))
    table.fact("isa", .text(model.compute.arithmeticUnit))
  }
}

extension AgreementBench {
  private struct Asked {
    let inputIDs: [Int]
    let images: VisionLanguageModel.EncodedImages
  }

  private func asked(_ sample: Int, of model: VisionLanguageModel) throws -> Asked {
    progress("\(model.weightFormat.rawValue): sample \(sample + 1) of \(prompts.count)")
    switch prompts {
    case .synthesized(let prompt, _):
      return Asked(
        inputIDs: prompt.inputIDs(for: model, variant: sample),
        images: try model.encode([prompt.image(for: model, variant: sample)]))
    case .asked(let images, let questions):
      let image = images.isEmpty ? [] : [images[sample / questions.count]]
      let text = model.conversation(
        question: questions[sample % questions.count], imageCount: image.count)
      return Asked(
        inputIDs: try model.inputIDs(conversation: text),
        images: try model.encode(image.map { try model.prepared($0.bytes, name: $0.name) }))
    }
  }

  private func continued(_ asked: Asked, by model: VisionLanguageModel) throws -> Agreement.Answer {
    let prompt = try model.layout(inputIDs: asked.inputIDs, images: asked.images)
    var prefix = try model.prefill(
      prompt, images: asked.images, additionalTokens: prompt.textCount + tokens)
    let generation = try model.generate(
      prompt, after: &prefix, stopIDs: [], maximumNewTokens: tokens, keepsStepLogits: true)
    return Agreement.Answer(
      ids: generation.ids, logits: [generation.prefillLogits] + generation.stepLogits)
  }

  /// What another model chooses after the prompt and after each beginning of the reference's
  /// answer; one batch over their prefix.
  private func following(
    _ reference: Agreement.Answer, asked: Asked, by model: VisionLanguageModel
  ) throws -> Agreement.Answer {
    let continuations = try reference.ids.indices.map { step in
      VisionLanguageModel.Continuation(
        try model.layout(inputIDs: asked.inputIDs + reference.ids[..<step], images: asked.images),
        maximumNewTokens: 1)
    }
    let room = continuations.reduce(0) { $0 + $1.prompt.textCount + 1 + 128 }
    var prefix = try model.prefill(
      continuations[0].prompt, images: asked.images, additionalTokens: room)
    let generations = try model.generate(continuations, after: &prefix, stopIDs: [])
    return Agreement.Answer(
      ids: generations.flatMap(\.ids), logits: generations.map(\.prefillLogits))
  }
}

/// How far answers agree with a reference's, over all samples.
public struct Agreement {
  /// What was chosen, and the logits of every step.
  public struct Answer {
    public var ids: [Int]
    public var logits: [[Float]]  // [steps, vocabulary]

    public init(ids: [Int], logits: [[Float]]) {
      self.ids = ids
      self.logits = logits
    }
  }

  public private(set) var steps = 0
  public private(set) var samples = 0
  public private(set) var largestError = 0.0
  private var errorSum = 0.0
  private var equal = 0
  private var equalFirst = 0
  private var equalWhole = 0

  public var meanError: Double { share(errorSum, of: steps) }
  public var equalTokens: Double { share(Double(equal), of: steps) }
  public var equalFirstTokens: Double { share(Double(equalFirst), of: samples) }
  public var equalAnswers: Double { share(Double(equalWhole), of: samples) }

  public init() {}

  /// Takes one sample.
  public mutating func add(_ answer: Answer, reference: Answer) {
    samples += 1
    steps += reference.ids.count
    let agreeing = zip(answer.ids, reference.ids).map { $0 == $1 }
    equal += agreeing.count { $0 }
    if agreeing.first == true { equalFirst += 1 }
    if agreeing.count == reference.ids.count && agreeing.allSatisfy({ $0 }) { equalWhole += 1 }
    for (logits, expected) in zip(answer.logits, reference.logits) {
      var (largest, sum) = (0.0, 0.0)
      var (largestExpected, sumExpected) = (0.0, 0.0)
      for (logit, other) in zip(logits, expected) {
        let error = abs(Double(logit) - Double(other))
        largest = max(largest, error)
        sum += error
        largestExpected = max(largestExpected, abs(Double(other)))
        sumExpected += abs(Double(other))
      }
      largestError = max(largestError, largest / max(largestExpected, .leastNormalMagnitude))
      errorSum += sum / max(sumExpected, .leastNormalMagnitude)
    }
  }

  private func share(_ part: Double, of whole: Int) -> Double {
    whole == 0 ? 0 : part / Double(whole)
  }
}
