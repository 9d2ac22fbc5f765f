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
      DataLayout(
        name: "original",
        summary: "the original release (problems.json with images/test/); the questions of the test"
          + " split that have an image",
        recognizes: { NamedFile.find(["problems.json"], in: $0) != nil },
        samples: Self.releaseSamples),
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
      HuggingFaceParquet(split: "test", configuration: "ScienceQA-IMG").layout(
        columns: ["question", "choices", "answer"], optional: ["hint", "subject"]
      ) { row, place, image in
        [
          try Self.sample(
            id: String(place),
            image: ImageReference(
              identity: "row \(place)", name: "image of row \(place + 1) in \(row.path)",
              load: image),
            question: row.string("question"), hint: row.ifPresent("hint") ?? "",
            choices: row.strings("choices"), answer: row.integer("answer"),
            subject: row.ifPresent("subject"), at: row.location("answer"))
        ]
      },
    ]
  }

  /// - Parameter answer: the index of the right choice; nil where the data hold none
  private static func sample(
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

  private static func releaseSamples(_ path: String) throws -> [Sample] {
    guard let file = NamedFile.find(["problems.json"], in: path) else { return [] }
    return try JSONNode(contentsOf: file).members().compactMap { id, entry in
      guard try entry["split"].string() == "test",
        let picture = try entry.optional("image")?.string()
      else { return nil }
      return try sample(
        id: id,
        image: DataFolder.image(
          "images/test/\(id)/\(picture)", in: NamedFile.folder(of: file),
          at: entry["image"].location),
        question: entry["question"].string(), hint: entry.optional("hint")?.string() ?? "",
        choices: entry["choices"].strings(), answer: entry["answer"].int(),
        subject: entry.optional("subject")?.string(), at: entry["answer"].location)
    }
  }

  public func samples(describedBy records: [AnswerRecord]) throws -> [Sample] {
    try records.map { record in
      let answer = try record.required("answer", "target", for: title)
      var choices = LetteredOptions.of(record)
      // lmms-eval's samples hold the right letter alone: that many choices there are at least.
      let index = LetteredOptions.index(answer)
      if choices.isEmpty, let index { choices = Array(repeating: "", count: max(5, index + 1)) }
      return try Self.sample(
        id: record.id ?? "row-\(record.row)", image: nil, question: record.question ?? "",
        hint: record.text("hint") ?? "", choices: choices, answer: index, at: record.location)
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
    [.mean("exact_match", of: scored, paperFactor: 100)]
      + MetricRow.means(of: scored, by: "subject", paperFactor: 100)
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
