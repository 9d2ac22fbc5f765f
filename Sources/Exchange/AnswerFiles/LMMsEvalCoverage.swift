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
    let own = try nodes.compactMap { try counts($0.optional("proxyv"), "questions", "asked") }
    if let first = own.first {
      let isWhole = own.count == nodes.count && own.allSatisfy { $0 == first }
      return isWhole && first.asked == nodes.count ? first.all : nil
    }
    guard let task, let file = resultsFile(beside: path),
      let written = try counts(
        JSONNode(contentsOf: file).optional("n-samples")?.optional(task), "original", "effective"),
      written.asked == nodes.count
    else { return nil }
    return max(written.all, written.asked)
  }

  /// How many questions there are, and how many of them were asked; nil where it is not said.
  private static func counts(
    _ node: JSONNode?, _ all: String, _ asked: String
  ) throws -> (all: Int, asked: Int)? {
    guard let all = try node?.optional(all)?.count(), let asked = try node?.optional(asked)?.count()
    else { return nil }
    return (all, asked)
  }

  /// `TIME_results.json` for `TIME_samples_TASK.jsonl`.
  private static func resultsFile(beside path: String) -> String? {
    guard let mark = path.range(of: "_samples_", options: .backwards) else { return nil }
    let file = path[..<mark.lowerBound] + "_results.json"
    return FileManager.default.fileExists(atPath: String(file)) ? String(file) : nil
  }
}
