import DataFormats
import Diagnostics
import Evaluation
import Exchange
import Foundation
import Metrics

extension MME: AnswerFormatProvider {
  public var answerFormats: [AnswerFormat] { [Self.results] }

  /// The folder that MME's own tool scores: a text per category, a line of image, question, ground
  /// truth and answer per question.
  private static let results = AnswerFormat(
    name: "mme", summary: "MME's official result folder (existence.txt, count.txt ...)",
    recognizes: { content in
      guard case .folder(_, let names) = content else { return false }
      return names.contains { name in
        [".txt", ".txt.gz"].contains { name.hasSuffix($0) && categories.contains(stem(name, $0)) }
      }
    },
    read: { content, _ in
      var records: [AnswerRecord] = []
      for category in categories {
        let plain = "\(content.path)/\(category).txt"
        guard
          let path = [plain, plain + ".gz"].first(where: {
            FileManager.default.fileExists(atPath: $0)
          })
        else { continue }
        records += try lines(of: path, category: category, firstRow: records.count)
      }
      return AnswerReading(records: records, dataset: MME().name)
    })

  private static let categories = MMESummary.perceptionCategories + MMESummary.cognitionCategories

  private static func stem(_ name: String, _ ending: String) -> String {
    String(name.dropLast(ending.count))
  }

  private static func lines(
    of path: String, category: String, firstRow: Int
  ) throws -> [AnswerRecord] {
    try TextFile.lines(of: path).enumerated().map { place, line in
      let location = Location(file: path, place: "line \(line.number)")
      let parts = line.text.split(separator: "\t", omittingEmptySubsequences: false).map(
        String.init)
      guard parts.count != 3 else {
        throw EvaluationError(
          .invalidData, "the line has no answer after its ground truth; this is the empty template",
          at: location)
      }
      guard parts.count == 4 else {
        throw EvaluationError(
          .invalidData,
          """
          a line must be an image, a question, a ground truth and an answer with tabs between \
          them, not \(parts.count) parts
          """,
          at: location)
      }
      return AnswerRecord(
        location: location, row: firstRow + place, question: parts[1], prediction: parts[3],
        fields: [
          "category": .string(category), "image_path": .string(parts[0]),
          "answer": .string(parts[2]),
        ])
    }
  }
}
