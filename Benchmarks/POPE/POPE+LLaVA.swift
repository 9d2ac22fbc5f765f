import DataFormats
import Diagnostics
import Evaluation
import Foundation

/// LLaVA's question file, whose ids its answers have: 8,910 questions, since the random set had
/// 2,910 lines then. The labels are those of the authors' files, line by line.
extension POPE {
  private static let questionFile = "llava_pope_test.jsonl"

  static let llavaLayout = DataLayout(
    name: "llava",
    summary:
      "LLaVA's questions (llava_pope_test.jsonl) beside the authors' files, here or in coco/",
    recognizes: { path in
      guard NamedFile.find([questionFile], in: path) != nil else { return false }
      // Beside authors' files of another time it is no use: those are read by themselves.
      let stand = sets.contains { file($0, in: path) != nil }
      return !stand || isOfTheirTime(path)
    }, samples: llavaSamples)

  /// Whether the questions go with the authors' files beside them; a file that cannot be read says
  /// why when it is read.
  private static func isOfTheirTime(_ path: String) -> Bool {
    do {
      _ = try llavaSamples(path)
    } catch let error as EvaluationError where error.code == .filesDisagree {
      return false
    } catch {
      return true
    }
    return true
  }

  private static func llavaSamples(_ path: String) throws -> [Sample] {
    guard let file = NamedFile.find([questionFile], in: path) else { return [] }
    let folder = NamedFile.folder(of: file)
    var labels: [String: [JSONNode]] = [:]
    var places: [String: Int] = [:]
    return try JSONLines.read(file).map { line in
      let set = try line["category"].string()
      let lines = try labels[set] ?? labelled(set, in: folder, at: line.location)
      labels[set] = lines
      let place = places[set, default: 0]
      places[set] = place + 1
      let asked = try line["text"].string()
      guard lines.indices.contains(place),
        try lines[place]["image"].string() == line["image"].string(),
        asked.hasPrefix(try lines[place]["text"].string())
      else {
        throw EvaluationError(
          .filesDisagree,
          "question \(place + 1) of the set \(set) is not the one in coco_pope_\(set).json; LLaVA's"
            + " file goes with the authors' files of its time (revision e3e39262)",
          at: line.location)
      }
      return sample(
        id: try line["question_id"].value.stringValue ?? String(line["question_id"].int()),
        image: try DataFolder.image(
          "val2014/" + line["image"].string(), in: folder, at: line["image"].location),
        question: try lines[place]["text"].string(), answer: try lines[place]["label"].string(),
        set: set)
    }
  }

  private static func labelled(
    _ set: String, in folder: String, at location: Location
  ) throws -> [JSONNode] {
    guard sets.contains(set), let file = file(set, in: folder) ?? file(set, in: folder + "/coco")
    else {
      throw EvaluationError(
        .filesDisagree,
        "there is no coco_pope_\(set).json with the labels here or in coco/; put the authors' file"
          + " there", at: location)
    }
    return try JSONLines.read(file)
  }
}
