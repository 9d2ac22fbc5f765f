import DataFormats
import Diagnostics
import Evaluation
import Exchange
import OrderedCollections

extension MME: Submitted {
  public var submissions: [AnswerExport] { [Self.resultFolder] }

  /// The result folder that MME's own tool scores.
  private static let resultFolder = AnswerExport(
    name: "mme", summary: "a folder of texts for MME's own tool"
  ) { source, path in try write(source.scores, to: path) }

  /// A text per category, a line of image, question, ground truth and answer per question.
  private static func write(_ scores: RunScores, to folder: String) throws -> [String] {
    var lines: OrderedDictionary<String, [String]> = [:]
    for (scored, answer) in scores.samples {
      let sample = scored.sample
      guard let category = category(of: sample), let pair = pair(of: sample),
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
