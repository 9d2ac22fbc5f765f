import DataFormats
import Evaluation
import Foundation

/// The files of the original DocVQA release: one JSON with all questions of a split, page images in
/// `documents/`.
struct DocVQARelease {
  var split = "val"

  /// Accepted names of the questions' file, the one with question types first.
  var names: [String] { ["\(split)_v1.0_withQT.json", "\(split)_v1.0.json"] }

  var layout: DataLayout {
    DataLayout(
      name: "original",
      summary: "the original release (\(names.joined(separator: " or ")) with documents/)",
      recognizes: { file(in: $0) != nil },
      ofSplit: { DocVQARelease(split: $0.lowercased()).layout },
      splits: { NamedFile.splits(in: $0, from: "", to: ["_v1.0_withQT.json", "_v1.0.json"]) },
      samples: samples)
  }

  func file(in path: String) -> String? {
    if path.hasSuffix(".json") {
      return names.contains(URL(fileURLWithPath: path).lastPathComponent) ? path : nil
    }
    return names.map { path + "/" + $0 }.first { FileManager.default.fileExists(atPath: $0) }
  }

  @Sendable func samples(_ path: String) throws -> [Sample] {
    guard let file = file(in: path) else { return [] }
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    return try JSONNode(contentsOf: file)["data"].list().map { entry in
      var metadata: [String: JSONValue] = [:]
      if let types = try entry.optional("question_types") {
        metadata["question_types"] = types.value
      }
      return Sample(
        id: String(try entry["questionId"].int()),
        image: try DataFolder.image(
          entry["image"].string(), in: folder, at: entry["image"].location),
        question: try entry["question"].string(),
        references: try entry.optional("answers")?.strings() ?? [],
        metadata: metadata)
    }
  }
}
