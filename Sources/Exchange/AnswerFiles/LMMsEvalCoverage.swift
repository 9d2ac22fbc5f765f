import DataFormats
import Foundation

/// How many questions there are, of which lmms-eval's samples are a part: with `--limit` it logs
/// those that it asked, and says in the results file beside them how many there would have been.
enum LMMsEvalCoverage {
  /// - Returns: nil where nothing says it, or the samples are not all of those that were asked
  /// - Throws: what is wrong in the results file
  static func total(
    of nodes: [JSONNode], samples path: String, _ task: String?
  ) throws -> Int? {
    // Our own exports say it in every line, which stays with them.
    if let own = nodes.first?.value["proxyv"]?["questions"]?.intValue { return max(0, own) }
    guard let task, let file = resultsFile(beside: path),
      let counts = try JSONNode(contentsOf: file).optional("n-samples")?.optional(task),
      let original = counts.value["original"]?.intValue,
      let asked = counts.value["effective"]?.intValue, asked == nodes.count
    else { return nil }
    return max(original, asked)
  }

  /// `TIME_results.json` for `TIME_samples_TASK.jsonl`.
  private static func resultsFile(beside path: String) -> String? {
    guard let mark = path.range(of: "_samples_", options: .backwards) else { return nil }
    let file = path[..<mark.lowerBound] + "_results.json"
    return FileManager.default.fileExists(atPath: String(file)) ? String(file) : nil
  }
}
