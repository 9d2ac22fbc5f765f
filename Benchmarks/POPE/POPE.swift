import DataFormats
import Evaluation
import Exchange
import Foundation
import Metrics
import PythonText

/// POPE: is an object in the photograph? 3 x 3,000 questions on 500 photographs
/// (docs/metrics-more.md, section 5).
public struct POPE: DescribedByAnswers {
  public init() {}

  public let name = "pope"
  public let title = "POPE"
  public let split = "test"
  public let version = 1
  public let publishedCount: Int? = 9000

  public let profiles = Profile.allCases

  /// The three ways in which absent objects were chosen.
  static let sets = ["random", "popular", "adversarial"]

  public var formats: [DataLayout] {
    [
      Self.llavaLayout,
      DataLayout(
        name: "original",
        summary:
          "the authors' files (coco_pope_random.json, _popular, _adversarial, with val2014/)",
        recognizes: { path in Self.sets.contains { Self.file($0, in: path) != nil } },
        samples: Self.releaseSamples),
      VLMEvalKitTable.layout(["POPE"]) { table in
        // A question of several sets stands once, its sets joined by commas.
        try table.rows.map { row in
          Self.sample(
            id: try table.index(row), image: try table.image(row),
            question: try table.text(row, "question"), answer: try table.text(row, "answer"),
            set: try table.text(row, "category"))
        }
      },
      HuggingFaceParquet(split: "test").layout(
        columns: ["question_id", "question", "answer", "category", "image_source"]
      ) { row, place, image in
        let source = try row.optionalString("image_source") ?? "row \(place)"
        let set = try row.string("category")
        return [
          Self.sample(
            id: "\(set)-\(try row.id("question_id"))",
            image: ImageReference(
              identity: source, name: "image \(source) in \(row.path)", load: image),
            question: try row.string("question"), answer: try row.string("answer"), set: set)
        ]
      },
    ]
  }

  static func sample(
    id: String, image: ImageReference?, question: String, answer: String, set: String
  ) -> Sample {
    Sample(
      id: id, image: image, question: question, references: [answer],
      metadata: ["category": .string(set)])
  }

  static func file(_ set: String, in path: String) -> String? {
    NamedFile.find(["coco_pope_\(set).json"], in: path)
  }

  private static func releaseSamples(_ path: String) throws -> [Sample] {
    try sets.flatMap { set -> [Sample] in
      guard let file = file(set, in: path) else { return [] }
      return try JSONLines.read(file).map { line in
        // Ids begin at 1 in every set.
        sample(
          id: "\(set)-\(try line["question_id"].int())",
          image: try DataFolder.image(
            "val2014/" + line["image"].string(), in: NamedFile.folder(of: file),
            at: line["image"].location),
          question: try line["text"].string(), answer: try line["label"].string(), set: set)
      }
    }
  }

  public func samples(describedBy records: [AnswerRecord]) throws -> [Sample] {
    try zip(records, ids(of: records)).map { record, id in
      Self.sample(
        id: id ?? "row-\(record.row)", image: nil,
        question: try record.requiredQuestion(for: title),
        answer: try record.required("answer", "label", "target", "ground_truth", for: title),
        set: record.text("category") ?? "")
    }
  }

  public func prompt(for sample: Sample) -> Prompt {
    Prompt(text: GeneralPrompt.pope(question: sample.question).context, maximumNewTokens: 128)
  }

  public func score(_ prediction: String, for sample: Sample, profile: Profile) -> MetricScore {
    POPEScore.score(
      prediction: prediction, answer: sample.references.first ?? "", profile: profile)
  }

  /// F1 first, which papers print: pooled for lmms-eval and VLMEvalKit, the mean of the three sets
  /// for the authors' evaluator and LLaVA's scripts, which know no pooled figure.
  public func aggregate(_ scored: [ScoredSample], profile: Profile) -> [MetricRow] {
    let exploded = scored.flatMap { entry in
      Self.setNames(entry.sample).map { (set: $0, entry: entry) }
    }
    func counts(_ rows: [(set: String, entry: ScoredSample)]) -> YesNoCounts {
      var counts = YesNoCounts()
      for (_, entry) in rows {
        counts.add(
          given: PythonString(entry.score.extracted ?? "").lower().text,
          answerIsYes: PythonString(entry.sample.references.first ?? "").lower() == "yes",
          isRight: entry.score.value == 1, othersAreNo: profile.evaluator != .lmmsEval)
      }
      return counts
    }
    func figure(_ name: String, _ value: Double?, _ count: Int) -> MetricRow {
      MetricRow(name: name, value: value ?? .nan, paperFactor: 100, count: count)
    }
    let isPooled = profile.evaluator == .lmmsEval || profile.evaluator == .vlmEvalKit
    // lmms-eval has one row a question, VLMEvalKit one for every set of a question.
    let pooledRows =
      profile.evaluator == .vlmEvalKit ? exploded : scored.map { (set: "", entry: $0) }
    let pooled = counts(pooledRows)
    let sets = Self.sets.map { set in (set, counts(exploded.filter { $0.set == set })) }
      .filter { $0.1.rows > 0 }
    let f1 =
      isPooled
      ? pooled.f1
      : sets.map { $0.1.f1 }.reduce(0, +) / Double(sets.count)
    return [
      figure(isPooled ? "f1" : "f1_mean_of_sets", scored.isEmpty ? nil : f1, pooled.rows),
      figure("accuracy", pooled.accuracy, pooled.rows),
      figure("precision", pooled.rows == 0 ? nil : pooled.precision ?? 0, pooled.rows),
      figure("recall", pooled.rows == 0 ? nil : pooled.recall ?? 0, pooled.rows),
      figure(
        "yes_ratio",
        pooled.rows == 0
          ? nil
          : Double(
            profile.evaluator == .lmmsEval
              ? pooled.yesLabels : pooled.truePositive + pooled.falsePositive)
            / Double(pooled.rows), pooled.rows),
    ] + sets.map { figure("f1_\($0.0)", $0.1.f1, $0.1.rows) }
  }

  static func setNames(_ sample: Sample) -> [String] {
    (sample.metadata["category"]?.stringValue ?? "").split(separator: ",").map(String.init)
  }

  public func remarks(_ scored: [ScoredSample], profile: Profile) -> [String] {
    guard profile.evaluator == .lmmsEval else { return [] }
    let unread = scored.count { !["yes", "no"].contains($0.score.extracted ?? "") }
    let labels = "lmms-eval's yes ratio is that of the labels"
    return unread == 0
      ? [labels]
      : [
        labels,
        "\(unread) of \(scored.count) answers are neither yes nor no alone: wrong, and in"
          + " no cell of precision and recall",
      ]
  }

  /// A yes question that is not in all three sets, or a set that is missing.
  public func structuralFaults(of samples: [Sample]) -> [DataFault] {
    let present = Set(samples.flatMap(Self.setNames))
    let absent = Self.sets.filter { !present.contains($0) }
    var faults: [DataFault] = []
    if !absent.isEmpty {
      faults.append(
        DataFault(
          kind: "missing-sets", summary: "\(absent.count) of the three sets are not there",
          places: absent))
    }
    var sets: [String: Set<String>] = [:]
    for sample in samples where PythonString(sample.references.first ?? "").lower() == "yes" {
      sets["\(sample.imageIdentity ?? ""): \(sample.question)", default: []]
        .formUnion(Self.setNames(sample))
    }
    let partial = sets.filter { $0.value.count < present.count }.keys.sorted()
    if !partial.isEmpty {
      faults.append(
        DataFault(
          kind: "yes-questions-not-in-all-sets",
          summary: "\(partial.count) yes questions are not in every set, which the published data"
            + " have", places: partial))
    }
    return faults
  }
}
