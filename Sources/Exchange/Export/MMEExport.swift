import DataFormats
import Diagnostics
import Evaluation
import OrderedCollections

/// MME's result folder: a text per category, a line of image, question, ground truth and answer per
/// question.
enum MMEExport {
  static func write(_ scores: RunScores, to folder: String) throws -> [String] {
    var lines: OrderedDictionary<String, [String]> = [:]
    for (scored, answer) in scores.samples {
      let sample = scored.sample
      guard let category = sample.metadata["category"]?.stringValue,
        let pair = sample.metadata["pair"]?.stringValue,
        pair.hasPrefix(category + "/"), !category.contains("/"), !category.isEmpty, category != ".."
      else {
        throw EvaluationError(
          .invalidData, "the sample \"\(sample.id)\" has no category and image",
          at: Location(file: scores.directory))
      }
      let cells = [
        String(pair.dropFirst(category.count + 1)), sample.question, sample.references.first ?? "",
        answer?.text ?? "",
      ]
      lines[category, default: []].append(cells.map(cell).joined(separator: "\t"))
    }
    try DurableFile.createFolder(folder)
    return try lines.map { category, lines in
      let path = "\(folder)/\(category).txt"
      try DurableFile.replace(path, with: lines.joined(separator: "\n") + "\n")
      return path
    }
  }

  /// A cell of a line: what separates cells and lines becomes a space.
  private static func cell(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { ["\t", "\n", "\r"].contains($0) ? " " : $0 }))
  }
}
