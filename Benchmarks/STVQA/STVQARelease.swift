import DataFormats
import Evaluation
import Foundation

/// The files of task 3 of the ICDAR 2019 challenge: one JSON with all questions of a split, and the
/// images in a folder per data set that they were taken from.
struct STVQARelease {
  var split = "test"

  private var name: String { "\(split)_task_3.json" }

  var layout: DataLayout {
    DataLayout(
      name: "original",
      summary: "the files of the challenge's task 3 (\(name) with the images' folders)",
      recognizes: { file(in: $0) != nil },
      ofSplit: { STVQARelease(split: $0.lowercased()).layout },
      splits: { NamedFile.splits(in: $0, from: "", to: ["_task_3.json"]) }, samples: samples)
  }

  private func file(in path: String) -> String? {
    if path.hasSuffix(".json") {
      return URL(fileURLWithPath: path).lastPathComponent == name ? path : nil
    }
    let file = path + "/" + name
    return FileManager.default.fileExists(atPath: file) ? file : nil
  }

  @Sendable private func samples(_ path: String) throws -> [Sample] {
    guard let file = file(in: path) else { return [] }
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    return try JSONNode(contentsOf: file)["data"].list().map { entry in
      var metadata: [String: JSONValue] = [:]
      if let source = try entry.optional("dataset") {
        metadata["dataset"] = .string(try source.string())
      }
      return Sample(
        id: String(try entry["question_id"].int()),
        image: try image(entry["file_path"], in: folder),
        question: try entry["question"].string(),
        references: try entry.optional("answers")?.strings() ?? [], metadata: metadata)
    }
  }

  /// The image of a question, known by its path in the file wherever its archive was unpacked:
  /// beside the file, or in a folder named after the split or the archive.
  private func image(_ path: JSONNode, in folder: String) throws -> ImageReference {
    let name = try path.string()
    // A path that leaves the folder is refused before any place is looked at.
    let image = try DataFolder.image(name, in: folder, at: path.location)
    let places =
      ["", "\(split)/"]
      + ["_images/", "_imgs/", "_task3_images/", "_task3_imgs/"].map { split + $0 }
    let place = places.first { FileManager.default.fileExists(atPath: "\(folder)/\($0)\(name)") }
    guard let place else { return image }
    return try DataFolder.image(place + name, in: folder, at: path.location).renamed(name)
  }
}
