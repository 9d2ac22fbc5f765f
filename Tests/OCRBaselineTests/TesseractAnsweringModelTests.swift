import Benchmarks
import DataFormats
import Evaluation
import Foundation
import Images
import Metrics
import OCRBaseline
import TestSupport
import Testing

/// The engine itself, on the embedded samples.
@Suite(.serialized) struct TesseractAnsweringModelTests {
  private static let samples = TestMaterial.project + "/Samples"

  /// Scores all samples, image by image.
  private func scored(
    _ benchmark: any Benchmark, where isWanted: (Sample) -> Bool = { _ in true }
  ) throws -> [ScoredSample] {
    let model = try TesseractAnsweringModel(LanguageData())
    let samples = try OpenedData(benchmark, path: Self.samples).samples.filter(isWanted)
    return try Dictionary(grouping: samples) { $0.imageIdentity }.values.flatMap { group in
      var scored: [ScoredSample] = []
      try model.answer(group.map { benchmark.prompt(for: $0) }, images: group[0].images) {
        index, answer in
        scored.append(
          ScoredSample(
            sample: group[index],
            score: benchmark.score(answer.text, for: group[index], profile: .lmmsEval)))
      }
      return scored
    }
  }

  @Test func pagesAreTranscribedNearlyWithoutError() throws {
    let benchmark = CCpdf()
    let scored = try scored(benchmark)
    let figures = benchmark.aggregate(scored, profile: .lmmsEval)
    #expect(scored.count == 11)
    #expect(figures[0].value < 0.05 && figures[1].value > 0.7, "\(figures)")
  }

  @Test func printedWordsAreRead() throws {
    let regular = try scored(OCRBench()) {
      $0.metadata["question_type"]?.stringValue == "Regular Text Recognition"
    }
    #expect(
      regular.count == 3 && regular.allSatisfy { $0.score.value == 1 }, "\(regular.map(\.score))")
  }

  /// Where letters stand in the picture they are read; a scene is beyond it.
  @Test func `it is the floor of the general benchmarks`() throws {
    for name in ["seedbench", "mmstar", "gqa", "mmmu", "pope", "scienceqa", "ai2d", "realworldqa"] {
      let benchmark = try BenchmarkRegistry.named(name)
      let scored = try scored(benchmark)
      let samples = try OpenedData(benchmark, path: Self.samples).samples
      #expect(scored.count == samples.count)
      #expect(scored.allSatisfy { $0.score.value == 0 || $0.score.value == 1 })
      #expect(scored.contains { $0.score.value == 0 }, "\(name) needs more than reading")
    }
  }

  @Test func anImageIsReadOnceAndNoQuestionChangesAnother() throws {
    let benchmark = DocVQA()
    let data = try OpenedData(benchmark, path: Self.samples)
    let page = try #require(
      data.samples.last { $0.image?.name.contains("ongr0005") == true }?.image)
    let prompts = data.samples.filter { $0.image?.identity == page.identity }.map {
      benchmark.prompt(for: $0)
    }
    try #require(prompts.count == 4)
    let model = try TesseractAnsweringModel(LanguageData())
    func ask(_ prompts: [Prompt], _ image: ImageReference) throws -> [Answer] {
      var answers: [Answer] = []
      try model.answer(prompts, about: image) { index, answer in
        #expect(index == answers.count)
        answers.append(answer)
      }
      return answers
    }
    let together = try ask(prompts, page)
    #expect(together.map(\.counts.imagesEncoded) == [1, 0, 0, 0])
    // Another page in between, then each question alone and in the other order.
    _ = try ask(Array(prompts.prefix(1)), try #require(data.samples.first?.image))
    let alone = try prompts.reversed().map { try ask([$0], page)[0].text }
    #expect(Array(alone.reversed()) == together.map(\.text))
  }

  @Test func identityNamesVersionAndData() throws {
    let data = try LanguageData()
    let identity = try TesseractAnsweringModel(data).identity
    #expect(
      identity["kind"] == "tesseract" && identity["language"] == "eng"
        && identity["content"] == data.hash && data.hash.count == 64)
    #expect(identity["version"]?.first?.isNumber == true)
  }

  @Test func missingDataNameThePackage() throws {
    let error = #expect(throws: OCRError.self) { try LanguageData(folders: ["/no/folder"]) }
    #expect(
      error?.code == .missingData && error?.message.contains("tesseract-ocr-eng") == true
        && error?.message.contains("/no/folder") == true)
  }

  @Test func damagedDataAreRefused() throws {
    try TestMaterial.withTemporaryFolder { folder in
      try Data("no trained data at all".utf8).write(
        to: URL(fileURLWithPath: folder + "/eng.traineddata"))
      let error = try #require(throws: OCRError.self) {
        try TesseractAnsweringModel(LanguageData(folders: [folder]))
      }
      #expect(error.code == .invalidData && error.location?.file == folder + "/eng.traineddata")
    }
  }

  @Test func unreadableImagesAreTheImagesError() throws {
    let model = try TesseractAnsweringModel(LanguageData())
    let image = ImageReference(identity: "x", name: "broken.png") { [1, 2, 3] }
    let error = try #require(throws: ImageError.self) {
      try model.answer(
        [Prompt(text: "what is written in the image?", maximumNewTokens: 128)], about: image
      ) { _, _ in }
    }
    #expect(error.location?.file == "broken.png")
  }

  @Test func aQuestionWithoutAnImageGetsAnEmptyAnswer() throws {
    let model = try TesseractAnsweringModel(LanguageData())
    var answers: [String] = []
    try model.answer([Prompt(text: "Who?", maximumNewTokens: 8)], about: nil) {
      answers.append($1.text)
    }
    #expect(answers == [""])
  }

  @Test(arguments: [(1, 1), (2, 4000), (4000, 1), (40_000, 2)])
  func extremeSizesAreReadOrRefused(width: Int, height: Int) throws {
    let model = try TesseractAnsweringModel(LanguageData())
    let image = try #require(RGBImage(width: width, height: height, color: (255, 255, 255)))
    if max(width, height) > 32_767 {
      #expect(throws: OCRError.self) { try model.read(image) }
    } else {
      #expect(try model.read(image).lines.isEmpty)
    }
  }
}
