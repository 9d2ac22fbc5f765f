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
      return names.contains { categories.contains(stem($0)) && $0.hasSuffix(".txt") }
    },
    read: { content, _ in
      var records: [AnswerRecord] = []
      for category in categories {
        let path = "\(content.path)/\(category).txt"
        guard FileManager.default.fileExists(atPath: path) else { continue }
        records += try lines(of: path, category: category, firstRow: records.count)
      }
      return (records, MME().name)
    })

  private static let categories = MMESummary.perceptionCategories + MMESummary.cognitionCategories

  private static func stem(_ name: String) -> String {
    name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
  }

  private static func lines(
    of path: String, category: String, firstRow: Int
  ) throws -> [AnswerRecord] {
    guard let text = String(validating: try readFile(path), as: UTF8.self) else {
      throw EvaluationError(.invalidData, "the text is not valid UTF-8", at: Location(file: path))
    }
    var records: [AnswerRecord] = []
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let scalars = String.UnicodeScalarView(
        line.unicodeScalars.last == "\r" ? line.unicodeScalars.dropLast() : line.unicodeScalars[...]
      )
      if scalars.allSatisfy({ $0.properties.isWhitespace }) { continue }
      let location = Location(file: path, place: "line \(number + 1)")
      let parts = String(scalars).split(separator: "\t", omittingEmptySubsequences: false).map(
        String.init)
      guard parts.count != 3 else {
        throw EvaluationError(
          .invalidData, "the line has no answer after its ground truth; this is the empty template",
          at: location)
      }
      guard parts.count == 4 else {
        throw EvaluationError(
          .invalidData,
          "a line must be an image, a question, a ground truth and an answer with tabs between them, not \(parts.count) parts",
          at: location)
      }
      records.append(
        AnswerRecord(
          location: location, row: firstRow + records.count, question: parts[1],
          prediction: parts[3],
          fields: [
            "category": .string(category), "image_path": .string(parts[0]),
            "answer": .string(parts[2]),
          ]))
    }
    return records
  }
}
