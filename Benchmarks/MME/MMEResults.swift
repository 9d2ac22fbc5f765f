import Diagnostics
import Evaluation
import Foundation

/// The folder that MME's own tool scores, read as questions: a text per category, a line of image,
/// question and ground truth, and an answer where a model has filled it in.
///
/// The folder has no images of its own. Where the release lies beside it or around it, its images
/// are used; else the questions are there to be joined with answers.
enum MMEResults {
  /// The texts of the categories that are there.
  static func texts(in path: String) -> [(category: String, file: String)] {
    for root in [path, path + "/Your_Results"] {
      let found = MMERelease.names.map { (category: $0, file: "\(root)/\($0).txt") }.filter {
        FileManager.default.fileExists(atPath: $0.file)
      }
      if !found.isEmpty { return found }
    }
    return []
  }

  static func samples(_ path: String) throws -> [Sample] {
    var asked: [String: Int] = [:]
    return try texts(in: path).flatMap { category, file in
      let folder = MMERelease.imageFolder(
        of: category, near: URL(fileURLWithPath: file).deletingLastPathComponent().path)
      return try MMERelease.lines(of: file).map { number, line in
        let location = Location(file: file, place: "line \(number)")
        let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard cells.count == 3 || cells.count == 4 else {
          throw EvaluationError(
            .invalidData,
            """
            a line must be an image, a question, a ground truth and perhaps an answer with tabs \
            between them, not \(cells.count) parts
            """,
            at: location)
        }
        let image = try folder.map {
          try DataFolder.image(cells[0], in: $0, at: location).renamed("\(category)/\(cells[0])")
        }
        return MME.sample(
          category: category, file: cells[0], image: image, question: cells[1], answer: cells[2],
          asked: &asked)
      }
    }
  }
}
