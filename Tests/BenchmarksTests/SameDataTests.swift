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
    for name in [
      "docvqa", "infovqa", "chartqa", "ocrbench", "textvqa", "mme", "refcoco", "mmbench", "ccpdf",
    ] {
      if name != "ccpdf" {
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
    var pixels: RGBImage
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
        let image = try #require(sample.image)
        return Content(
          question: sample.question, prompt: benchmark.prompt(for: sample),
          references: sample.references,
          pixels: try ImageDecoder.decode(image.load(), name: image.name).image,
          scores: benchmark.profiles.flatMap { profile in
            [sample.references[0], "something else"].map {
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
  @Test(arguments: ["docvqa", "infovqa", "ocrbench", "textvqa", "mme", "mmbench"])
  func idsAreThoseOfTheData(name: String) throws {
    let ids = try Self.cases.filter { $0.name == name }.map {
      try content(name, $0.format).data.samples.map(\.id)
    }
    #expect(ids.allSatisfy { $0 == ids[0] })
  }
}
