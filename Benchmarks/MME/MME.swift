import DataFormats
import Diagnostics
import Evaluation
import Exchange
import Foundation
import Metrics
import PythonText

/// MME: yes/no questions in pairs on one image, scored per category as accuracy plus accuracy of
/// whole pairs (docs/metrics.md, section 7). Perception is the sum of ten categories (0 to
/// 2000), cognition that of four (0 to 800).
public struct MME: DescribedByAnswers {
  public init() {}

  public let name = "mme"
  public let title = "MME"
  public let split = "test"
  public let version = 1
  public let publishedCount: Int? = 2374

  public var formats: [DataLayout] {
    [
      DataLayout(
        name: "original",
        summary:
          "the original release (MME_Benchmark_release_version/CATEGORY/ with images and texts)",
        recognizes: { !MMERelease.categories(in: $0).isEmpty }, samples: MMERelease.samples),
      DataLayout(
        name: "results",
        summary:
          """
          the folder of MME's own tool (Your_Results/CATEGORY.txt: image, question, ground \
          truth; no images)
          """,
        recognizes: { !MMEResults.texts(in: $0).isEmpty }, samples: MMEResults.samples),
      VLMEvalKitTable.layout(["MME"]) { table in
        var asked: [String: Int] = [:]
        return try table.rows.map { row in
          let category = try table.text(row, "category")
          let file = URL(fileURLWithPath: try table.text(row, "image_path")).lastPathComponent
          return MME.sample(
            category: category, file: file, image: try table.image(row),
            question: try table.text(row, "question"),
            answer: try table.text(row, "answer"), asked: &asked)
        }
      },
      DataLayout(
        name: "parquet", summary: "Hugging Face parquet (data/test-*.parquet)",
        recognizes: {
          // POPE's rows have these columns too, and the photograph's name.
          var parquet = HuggingFaceParquet(split: "test")
          parquet.foreignColumns = ["image_source"]
          return parquet.holds(["question_id", "question", "answer", "category"], in: $0)
        },
        samples: { path in
          var asked: [String: Int] = [:]
          return try HuggingFaceParquet(split: "test").samples(
            in: path, columns: ["question_id", "question", "answer", "category"]
          ) {
            row, _, load in
            let id = try row.string("question_id")
            let category = try row.string("category")
            let file = id.split(separator: "/").last.map(String.init) ?? id
            return [
              MME.sample(
                category: category, file: file,
                image: ImageReference(identity: id, name: "image \(id) in \(row.path)", load: load),
                question: try row.string("question"), answer: try row.string("answer"),
                asked: &asked)
            ]
          }
        }),
    ]
  }

  /// A question; the two on one image are told apart by a number.
  static func sample(
    category: String, file: String, image: ImageReference?, question: String, answer: String,
    asked: inout [String: Int]
  ) -> Sample {
    let pair = "\(category)/\(file)"
    let number = asked[pair, default: 0]
    asked[pair] = number + 1
    return Sample(
      id: "\(pair)#\(number)", image: image, question: question, references: [answer],
      metadata: ["category": .string(category), "pair": .string(pair)])
  }

  static func category(of sample: Sample) -> String? { sample.metadata["category"]?.stringValue }

  /// What the two questions on one image share: `CATEGORY/FILE`.
  static func pair(of sample: Sample) -> String? { sample.metadata["pair"]?.stringValue }

  public func samples(describedBy records: [AnswerRecord]) throws -> [Sample] {
    var asked: [String: Int] = [:]
    var places: [String: AnswerRecord] = [:]
    return try records.map { record in
      let image = try record.required("image_path", "question_id", for: title)
      let category = try record.required("category", for: title)
      let question = try record.requiredQuestion(for: title)
      // The two questions on an image are told by their number: one that comes again would be a
      // third question of it.
      if let first = places.updateValue(record, forKey: "\(category)\t\(image)\t\(question)") {
        throw EvaluationError(
          .invalidData,
          "the question \"\(question)\" on \(category)/\(image) is answered twice; the first answer"
            + " is at \(first.location.place ?? first.location.file ?? "")", at: record.location)
      }
      return Self.sample(
        category: category, file: URL(fileURLWithPath: image).lastPathComponent, image: nil,
        question: question, answer: try record.required("answer", "target", for: title),
        asked: &asked)
    }
  }

  public func prompt(for sample: Sample) -> Prompt {
    Prompt(text: BenchmarkPrompt.mme(question: sample.question).context, maximumNewTokens: 16)
  }

  public func score(_ prediction: String, for sample: Sample, profile: Profile) -> MetricScore {
    do {
      return try MMEScore.score(
        prediction: prediction, answer: sample.references.first ?? "", profile: profile)
    } catch {
      return MetricScore(value: 0, rule: error.message)
    }
  }

  public func aggregate(_ scored: [ScoredSample], profile: Profile) -> [MetricRow] {
    let answers = scored.map {
      (
        category: Self.category(of: $0.sample) ?? "",
        pair: Self.pair(of: $0.sample) ?? $0.sample.id,
        isCorrect: $0.score.value == 1
      )
    }
    return MMEFigures(answers).rows.map {
      MetricRow(
        name: $0.name, value: $0.value, paperFactor: 1, count: $0.count,
        paperMaximum: MMEFigures.maximum($0.name))
    }
  }

  /// Accuracy of pairs is a figure of its own, so every image must have exactly two questions.
  public func structuralFaults(of samples: [Sample]) -> [DataFault] {
    let pairs = Dictionary(grouping: samples) { Self.pair(of: $0) ?? $0.id }.filter {
      $0.value.count != 2
    }
    if pairs.isEmpty { return [] }
    return [
      DataFault(
        kind: "unpaired-images", summary: "\(pairs.count) images have not exactly two questions",
        places: pairs.sorted { $0.key < $1.key }.map { "\($0.key) has \($0.value.count)" })
    ]
  }
}
