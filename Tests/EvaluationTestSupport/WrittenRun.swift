public import Evaluation

/// Run directories that are written as the runner writes them, with answers that a test chooses.
public enum WrittenRun {
  /// Nothing to say about the progress.
  final class Silence: RunProgress {
    func start(total: Int, answeredBefore: Int, failedBefore: Int) {}
    func answered(id: String, failure: Answer.Failure?) {}
    func finish() {}
  }

  /// Answers samples and writes the run.
  ///
  /// - Parameters:
  ///   - weights: stands for the model's content: other weights, another model
  ///   - architecture: what the run records of the model's shape
  ///   - name: what a person called the run
  ///   - selection: the samples that are asked
  ///   - answer: the answer to a sample
  public static func write(
    _ benchmark: any Benchmark, _ samples: [Sample], to folder: String, weights: String = "1111",
    method: String = "proxyv", architecture: String? = nil, name: String? = nil,
    selection: Selection = .all, answer: @escaping (Sample) -> Answer
  ) throws {
    let data = OpenedData(
      path: "memory",
      layout: DataLayout(
        name: "memory", summary: "memory", recognizes: { _ in true }, samples: { _ in samples }),
      samples: samples)
    let model = SampleModel(
      benchmark, samples, weights: weights, method: method, answer: answer)
    model.architecture = architecture
    var runner = Runner(benchmark: benchmark, data: data, outputFolder: folder)
    runner.name = name
    runner.selection = selection
    _ = try runner.run(model, progress: Silence())
  }

  /// Questions on pages of four, the answer to each its number in words.
  public static func questions(_ count: Int, perImage: Int = 4) -> [Sample] {
    (0..<count).map { index in
      let page = "page-\(index / perImage)"
      return Sample(
        id: "q\(index)",
        image: ImageReference(identity: page, name: page, load: { Array(page.utf8) }),
        question: "What is number \(index)?", references: ["number \(index)"])
    }
  }
}

/// Answers the prompts of samples that it knows.
private final class SampleModel: AnsweringModel {
  let identity: ModelIdentity
  var architecture: String?
  private let samples: [String: Sample]
  private let answer: (Sample) -> Answer

  init(
    _ benchmark: any Benchmark, _ samples: [Sample], weights: String, method: String,
    answer: @escaping (Sample) -> Answer
  ) {
    identity = ModelIdentity([
      ("kind", "recorded"), ("content", weights), ("method", method), ("precision", "f32"),
    ])
    self.samples = Dictionary(
      samples.map { (benchmark.prompt(for: $0).text, $0) }, uniquingKeysWith: { first, _ in first })
    self.answer = answer
  }

  func answer(
    _ prompts: [Prompt], about image: ImageReference?, deliver: (Int, Answer) throws -> Void
  ) throws {
    // The runner records the image's hash when it is read.
    _ = try image?.load()
    for (index, prompt) in prompts.enumerated() {
      guard let sample = samples[prompt.text] else { continue }
      try deliver(index, answer(sample))
    }
  }
}
