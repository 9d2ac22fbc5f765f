import DataFormats
import Diagnostics
import Evaluation
import Exchange
import Foundation
import Metrics

/// ScienceQA, the questions with an image of the test split (docs/metrics-more.md, section 6).
public struct ScienceQA: DescribedByAnswers {
  public init() {}

  public let name = "scienceqa"
  public let title = "ScienceQA"
  public let split = "image test"
  public let version = 1
  public let publishedCount: Int? = 2017

  public let profiles = Profile.allCases

  public var formats: [DataLayout] {
    [
      Self.release(isFull: false),
      VLMEvalKitTable.layout(["ScienceQA_TEST", "ScienceQA"]) { table in
        try table.rows.map { row in
          let answer = try table.text(row, "answer")
          let hint =
            try table.table.has(column: "hint")
            ? table.table.string(row: row, column: "hint") : nil
          return try Self.sample(
            id: table.index(row), image: table.image(row), question: table.text(row, "question"),
            hint: hint ?? "", choices: LetteredOptions.of(table, row: row),
            answer: LetteredOptions.index(answer),
            at: table.table.location(row: row, column: "answer"))
        }
      },
      Self.parquet(isFull: false),
    ]
  }

  /// - Parameter answer: the index of the right choice; nil where the data hold none
  static func sample(
    id: String, image: ImageReference?, question: String, hint: String, choices: [String],
    answer: Int?, subject: String? = nil, at location: Location
  ) throws -> Sample {
    guard let answer, choices.indices.contains(answer), let letter = LetteredOptions.letter(answer)
    else {
      throw EvaluationError(
        .invalidData, "the answer is none of the \(choices.count) choices", at: location)
    }
    var metadata: [String: JSONValue] = [
      LetteredOptions.key: LetteredOptions.metadata(choices), "hint": .string(hint),
    ]
    if let subject { metadata["subject"] = .string(subject) }
    return Sample(
      id: id, image: image, question: question, references: [letter], metadata: metadata)
  }

  public func samples(describedBy records: [AnswerRecord]) throws -> [Sample] {
    try records.map { record in
      let answer = try record.required("answer", "target", "ground_truth", for: title)
      var choices = LetteredOptions.of(record)
      // lmms-eval's samples hold the right letter alone: that many choices there are at least.
      let index = LetteredOptions.index(answer)
      if choices.isEmpty, let index { choices = Array(repeating: "", count: max(5, index + 1)) }
      var sample = try Self.sample(
        id: record.id ?? "row-\(record.row)", image: nil, question: record.question ?? "",
        hint: record.text("hint") ?? "", choices: choices, answer: index,
        subject: record.text("subject"), at: record.location)
      if record.fields["is_multimodal"] == false { sample.metadata[Self.imageKey] = false }
      return sample
    }
  }

  public func prompt(for sample: Sample) -> Prompt {
    let prompt = GeneralPrompt.scienceQA(
      question: sample.question, hint: sample.metadata["hint"]?.stringValue ?? "",
      choices: LetteredOptions.of(sample))
    return Prompt(text: prompt.context, maximumNewTokens: 16)
  }

  public func score(_ prediction: String, for sample: Sample, profile: Profile) -> MetricScore {
    ScienceQAScore.score(
      prediction: prediction, choices: LetteredOptions.of(sample),
      answer: LetteredOptions.index(sample.references.first ?? "") ?? -1, profile: profile)
  }

  public func aggregate(_ scored: [ScoredSample], profile: Profile) -> [MetricRow] {
    let pictured = scored.filter { $0.sample.metadata[Self.imageKey] != false }
    let all = MetricRow.mean("exact_match", of: scored, paperFactor: 100)
    // The whole test split: LLaVA prints both.
    let parts =
      pictured.count == scored.count
      ? [] : [MetricRow.mean("exact_match_img", of: pictured, paperFactor: 100)]
    return [all] + parts + MetricRow.means(of: scored, by: "subject", paperFactor: 100)
  }

  /// The paper's era reads letters alone.
  public func remarks(_ scored: [ScoredSample], profile: Profile) -> [String] {
    guard profile.evaluator == .lmmsEval, !profile.follows(.lmmsEvalScienceQALetter) else {
      return []
    }
    let lost = scored.count { entry in
      entry.score.value == 0
        && ScienceQAScore.score(
          prediction: entry.score.extracted ?? "", choices: LetteredOptions.of(entry.sample),
          answer: LetteredOptions.index(entry.sample.references.first ?? "") ?? -1,
          profile: .lmmsEval
        ).value == 1
    }
    return lost == 0
      ? []
      : [
        "\(lost) answers such as \"B. text\" are wrong by these rules and right since lmms-eval"
          + " 0.3.5"
      ]
  }
}
