import DataFormats
import Evaluation
import Foundation
import Metrics
import PythonText

/// CCpdf, validation pages of DocStruct4M: transcribing whole pages, scored with edit distance and
/// BLEU (docs/metrics.md, section 9). The paper's code for it is not published; the pair of
/// metrics follows nougat, Vary and Fox.
public struct CCpdf: Benchmark {
  public init() {}

  public let name = "ccpdf"
  public let title = "CCpdf"
  public let split = "val"
  public let version = 1
  /// Not published for this selection.
  public let publishedCount: Int? = nil
  /// No evaluator covers it: one set of rules, which stands under the default profile.
  public let profiles: [Profile] = [.lmmsEval]

  public var formats: [DataLayout] {
    [
      DataLayout(
        name: "docstruct4m", summary: "DocStruct4M (val.jsonl with val_imgs/)",
        recognizes: { Self.file(in: $0) != nil },
        samples: Self.samples),
      DataLayout(
        name: "parquet",
        summary:
          """
          DocStruct4M repacked as parquet (val-*.parquet or validation-*.parquet with \
          conversations)
          """,
        recognizes: { !Self.repacked(in: $0).isEmpty },
        samples: { path in try Self.repacked(in: path).flatMap { try Self.samples($0, in: path) } }),
    ]
  }

  /// The sample's own instruction; 2048 new tokens, since the paper's limit is not published.
  public func prompt(for sample: Sample) -> Prompt {
    Prompt(
      text: BenchmarkPrompt.ccPDF(instruction: sample.question).context, maximumNewTokens: 2048)
  }

  public func score(_ prediction: String, for sample: Sample, profile: Profile) -> MetricScore {
    let reference = sample.references.first ?? ""
    var score = PageEditDistance.score(
      prediction: prediction, reference: reference, profile: profile)
    score.parts["bleu"] =
      SentenceBLEU.score(prediction: prediction, reference: reference, profile: profile).value
    return score
  }

  /// The edit distance of a page without an answer is 1, its BLEU 0.
  public let scoreWithoutAnswer = 1.0

  public func aggregate(_ scored: [ScoredSample], profile: Profile) -> [MetricRow] {
    var distance = MetricRow.mean("edit_distance", of: scored, paperFactor: 1)
    distance.lowerIsBetter = true
    return [
      distance,
      .mean("bleu", of: scored, paperFactor: 1) { $0.score.parts["bleu"] ?? 0 },
    ]
  }

  // MARK: DocStruct4M

  private static func file(in path: String) -> String? {
    if path.hasSuffix(".jsonl") { return path }
    return ["val.jsonl"].map { path + "/" + $0 }.first {
      FileManager.default.fileExists(atPath: $0)
    }
  }

  private static func samples(_ path: String) throws -> [Sample] {
    guard let file = file(in: path) else { return [] }
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    var samples: [Sample] = []
    for (place, line) in try JSONLines.read(file).enumerated() {
      let image = try imageName(line)
      guard try isOurs(line, image: image) else { continue }
      let turns = try line.optional("messages") ?? line["conversations"]
      guard let user = try turn(turns, "user"), let assistant = try turn(turns, "assistant") else {
        continue
      }
      if isLocalization(user: user, assistant: assistant) { continue }
      samples.append(
        sample(
          id: "line-\(place + 1)",
          image: try DataFolder.image(resolved(image, in: folder), in: folder, at: line.location),
          user: user,
          assistant: assistant))
    }
    return samples
  }

  private static func imageName(_ line: JSONNode) throws -> String {
    let node = try line["image"]
    return try node.value.stringValue ?? node.list().first?.string() ?? ""
  }

  private static func isOurs(_ line: JSONNode, image: String) throws -> Bool {
    isOurs(dataset: try line.optional("dataset_name")?.string(), image: image)
  }

  private static func isOurs(dataset: String?, image: String) -> Bool {
    dataset?.lowercased().contains("ccpdf") ?? false || image.contains("/CCpdf/")
  }

  private static func sample(
    id: String, image: ImageReference, user: String, assistant: String
  ) -> Sample {
    Sample(
      id: id, image: image, question: user, references: [assistant],
      metadata: ["kind": user.contains("<doc>") ? "continue" : "page"])
  }

  private static func turn(_ turns: JSONNode, _ role: String) throws -> String? {
    for turn in try turns.list() where try turn["role"].string() == role {
      return try turn["content"].string()
    }
    return nil
  }

  /// Localization samples of the same data ask for boxes, not for text.
  private static func isLocalization(user: String, assistant: String) -> Bool {
    let text = PythonString(assistant)
    return ["<bbox>", "<ocr>"].contains {
      PythonString(user).contains(PythonString($0)) || text.hasPrefix(PythonString($0))
    }
  }

  /// The places where an image may lie: as named, with `val_imgs/` for `imgs/`, or without `./`.
  private static func resolved(_ name: String, in folder: String) -> String {
    let plain = name.hasPrefix("./") ? String(name.dropFirst(2)) : name
    let candidates = [plain, plain.hasPrefix("imgs/") ? "val_" + plain : plain]
    return candidates.first { FileManager.default.fileExists(atPath: folder + "/" + $0) } ?? plain
  }

  // MARK: Repacked as parquet

  private static let turns = ["conversations.role", "conversations.content"]

  /// The splits under whose names the validation rows are passed around, those that are there.
  private static func repacked(in path: String) -> [HuggingFaceParquet] {
    ["val", "validation"].map { HuggingFaceParquet(split: $0) }.filter { $0.holds(turns, in: path) }
  }

  /// A row per conversation; role and content are lists of equal length.
  private static func samples(_ files: HuggingFaceParquet, in path: String) throws -> [Sample] {
    try files.samples(in: path, columns: turns, optional: ["id", "dataset_name", "image.path"]) {
      row, place, load in
      let name = try row.ifPresent("image.path") ?? ""
      guard isOurs(dataset: try row.ifPresent("dataset_name"), image: name) else { return [] }
      let (roles, contents) = (try row.strings(turns[0]), try row.strings(turns[1]))
      func content(_ role: String) -> String? { zip(roles, contents).first { $0.0 == role }?.1 }
      guard let user = content("user"), let assistant = content("assistant"),
        !isLocalization(user: user, assistant: assistant)
      else {
        return []
      }
      let id = row.has("id") ? try row.id("id") : "row-\(place)"
      let image = ImageReference(
        identity: name.isEmpty ? "row \(place)" : name,
        name: "image of row \(place + 1) in \(row.path)", load: load)
      return [sample(id: id, image: image, user: user, assistant: assistant)]
    }
  }
}
