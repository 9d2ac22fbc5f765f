import Benchmarks
import Evaluation
import Foundation
import Images
import Metrics
import TestSupport
import Testing

/// The same rows in every format that users have give the same questions, prompts, references,
/// pixels and scores.
///
/// `Scripts/fixtures/same_data` writes the files: the original release, VLMEvalKit's table through
/// pandas, and parquet by `datasets`, pyarrow (current and old style), DuckDB and polars.
@Suite struct SameDataTests {
  static let folder = TestMaterial.fixtures + "/same-data"
  static let writers = ["datasets", "pyarrow", "pyarrow-old", "duckdb", "polars"]
  /// One benchmark in one format, and the layout that must be recognised.
  struct Case: Sendable {
    var name: String
    var format: String
    var layout: String
    /// The folder of the same rows in another schema, where they have one.
    var folder: String?
  }

  static let cases: [Case] = {
    var cases = ["docvqa", "infovqa", "chartqa", "ocrbench", "textvqa", "mme"].map {
      Case(name: $0, format: "release", layout: "original")
    }
    cases += [
      Case(name: "refcoco", format: "release", layout: "jsonl"),
      Case(name: "textvqa", format: "lines", layout: "jsonl"),
    ]
    cases.append(Case(name: "ccpdf", format: "release", layout: "docstruct4m"))
    cases += writers.map {
      Case(name: "chartqa", format: $0, layout: "parquet-m4", folder: "chartqa_m4")
    }
    cases += ["seedbench", "gqa", "pope", "scienceqa", "ai2d", "realworldqa", "stvqa"].map {
      Case(name: $0, format: "release", layout: "original")
    }
    cases += [
      Case(name: "mmstar", format: "release", layout: "parquet-one-file"),
      Case(name: "mmmu", format: "release", layout: "parquet-subjects"),
    ]
    for name in [
      "docvqa", "infovqa", "chartqa", "ocrbench", "textvqa", "mme", "refcoco", "mmbench", "ccpdf",
      "seedbench", "mmstar", "gqa", "mmmu", "pope", "scienceqa", "ai2d", "realworldqa",
      "stvqa",
    ] {
      // VLMEvalKit has no table of CCpdf and ST-VQA, and another question text in RealWorldQA's.
      if !["ccpdf", "realworldqa", "stvqa"].contains(name) {
        cases.append(Case(name: name, format: "table", layout: "vlmevalkit-tsv"))
      }
      cases += writers.map { Case(name: name, format: $0, layout: "parquet") }
    }
    return cases
  }()

  /// What a format must not change.
  private struct Content: Equatable {
    var question: String
    var prompt: Prompt
    var references: [String]
    /// Those of every image, in order.
    var pixels: [RGBImage]
    /// Scores of the right answer and of a wrong one under every profile.
    var scores: [Double]
  }

  private func content(
    _ name: String, _ format: String, folder: String? = nil
  ) throws -> (data: OpenedData, content: [Content]) {
    let benchmark = try BenchmarkRegistry.named(name)
    let data = try OpenedData(benchmark, path: "\(Self.folder)/\(folder ?? name)/\(format)")
    return (
      data,
      try data.samples.map { sample in
        try #require(!sample.images.isEmpty)
        try #require(benchmark is any AnswersKeptByServer || !sample.references.isEmpty)
        return Content(
          question: sample.question, prompt: benchmark.prompt(for: sample),
          references: sample.references.map { name == "pope" ? $0.lowercased() : $0 },
          pixels: try sample.images.map {
            try ImageDecoder.decode($0.load(), name: $0.name).image
          },
          scores: benchmark.profiles.flatMap { profile in
            // A server keeps some.
            [sample.references.first ?? "", "something else"].map {
              benchmark.score($0, for: sample, profile: profile).value
            }
          })
      }
    )
  }

  @Test(arguments: cases) func everyFormatGivesTheSameSamples(_ given: Case) throws {
    let reference = try content(given.name, "pyarrow").content
    let (data, found) = try content(given.name, given.format, folder: given.folder)
    #expect(data.layout.name == given.layout)
    #expect(found.count == reference.count)
    for (one, other) in zip(found, reference) { #expect(one == other) }
    // The rows are different from each other, so equality above says something.
    #expect(Set(reference.map(\.question)).count > 1 && Set(reference.map(\.pixels)).count > 1)
  }

  /// Where the data has ids of its own, an answer made from one format is joined with another.
  @Test(arguments: [
    "docvqa", "infovqa", "ocrbench", "textvqa", "mme", "mmbench", "gqa", "mmmu", "stvqa",
  ])
  func idsAreThoseOfTheData(name: String) throws {
    let ids = try Self.cases.filter { $0.name == name }.map {
      try content(name, $0.format).data.samples.map(\.id)
    }
    #expect(ids.allSatisfy { $0 == ids[0] })
  }

  @Test func `pictures of a question are in the order of their names`() throws {
    let samples = try content("mmmu", "pyarrow").data.samples
    #expect(samples.map(\.images.count) == [1, 2, 2, 1])
    #expect(samples[2].question.hasPrefix("Compare <image 2>"))
    #expect(samples[2].images.map(\.identity) == ["validation_Math_3/1", "validation_Math_3/2"])
    // A question about one is known by the question's id alone.
    #expect(samples[0].imageIdentity == "validation_Accounting_1")
    #expect(
      samples[1].imageIdentity == "validation_Art_2/1 + validation_Art_2/2")
  }

  @Test func `video questions are asked where their split is chosen`() throws {
    let benchmark = try BenchmarkRegistry.named("seedbench")
    for writer in Self.writers {
      let path = "\(Self.folder)/seedbench/\(writer)"
      let image = try OpenedData(benchmark, path: path).samples
      #expect(image.map(\.id) == ["101", "49914", "49914#2"])
      #expect(image.allSatisfy { $0.images.count == 1 })
      let video = try OpenedData(benchmark, path: path, choice: DataChoice(split: "video")).samples
      #expect(video.map(\.id) == ["v7"])
      #expect(video[0].images.count == 2)
      let all = try OpenedData(benchmark, path: path, choice: DataChoice(split: "all")).samples
      #expect(all.map(\.id) == ["101", "v7", "49914", "49914#2"])
      let scored = all.map { sample in
        ScoredSample(
          sample: sample,
          score: benchmark.score(
            sample.images.count == 1 ? sample.references[0] : "E", for: sample, profile: .lmmsEval)
        )
      }
      let rows = benchmark.aggregate(scored, profile: .lmmsEval)
      #expect(rows.map(\.name) == ["seed_image", "seed_video", "seed_all"])
      #expect(rows.map(\.value) == [1, 0, 0.75])
      #expect(throws: EvaluationError.self) {
        try OpenedData(benchmark, path: path, choice: DataChoice(split: "frames"))
      }
    }
  }

  /// Several data sets have the same columns, and some have all of another's.
  @Test(arguments: cases) func `no other benchmark takes the data for its own`(_ given: Case) throws
  {
    let path = "\(Self.folder)/\(given.folder ?? given.name)/\(given.format)"
    let found = try BenchmarkRegistry.readings(in: path, benchmark: nil).map(\.benchmark.name)
    #expect(found == [given.name])
  }
}
