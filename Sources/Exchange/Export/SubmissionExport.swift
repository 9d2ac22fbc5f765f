import DataFormats
import Diagnostics
import Evaluation
import OrderedCollections

/// Submissions to evaluation servers: a JSON list of ids and answers.
enum SubmissionExport {
  /// The servers know questions by number.
  static func write(_ scores: RunScores, idKey: String, to path: String) throws -> [String] {
    let entries = try scores.samples.map { scored, answer -> JSONValue in
      guard let id = Int(scored.sample.id) else {
        throw EvaluationError(
          .invalidData,
          """
          the sample's id \"\(scored.sample.id)\" is no number, but the server's question ids \
          are; run over the original release
          """
            + " or the Hugging Face data", at: Location(file: scores.directory))
      }
      return .object([idKey: .integer(id), "answer": .string(answer?.text ?? "")])
    }
    try DurableFile.replace(path, with: JSONValue.array(entries).text() + "\n")
    return [path]
  }
}
