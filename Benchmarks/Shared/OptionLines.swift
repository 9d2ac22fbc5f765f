import DataFormats
import Foundation

/// Options that stand in the text of a question, each behind its letter and up to the next one's.
enum OptionLines {
  /// The options of a prompt: its last lines `A. …`, `B. …` and so on, each up to the next or to
  /// the request that follows.
  static func last(of prompt: String) -> [String] {
    let text = "\n" + unified(prompt)
    guard let start = text.range(of: "\nA. ", options: [.backwards, .literal]) else { return [] }
    var lines: [Substring] = []
    for line in text[start.lowerBound...].dropFirst().split(
      separator: "\n", omittingEmptySubsequences: false)
    {
      if line.isEmpty || line.hasPrefix("Answer with") || line.hasPrefix("Please ") { break }
      lines.append(line)
    }
    let options = parts(of: lines.joined(separator: "\n"), first: "A. ") { "\n\($0). " }
    return options.count > 1 ? options : []
  }

  /// The options in a question of MMStar: behind `Options:` on one line, or on lines `(A) …` behind
  /// `Choices:`.
  static func behindTitle(in question: String) -> [String] {
    let text = unified(question)
    func rest(_ title: String) -> String? {
      text.range(of: title, options: [.backwards, .literal]).map { String(text[$0.upperBound...]) }
    }
    if let rest = rest("\nOptions: ") { return parts(of: rest, first: "A: ") { ", \($0): " } }
    if let rest = rest("\nChoices:\n") { return parts(of: rest, first: "(A) ") { "\n(\($0)) " } }
    return []
  }

  /// Windows' line ends are one Swift character, which no search for `\n` finds.
  private static func unified(_ text: String) -> String {
    TextFile.lines(in: text).joined(separator: "\n")
  }

  /// - Parameters:
  ///   - first: what stands before the first option
  ///   - mark: what stands between an option and the one of this letter
  private static func parts(
    of text: String, first: String, mark: (_ letter: String) -> String
  ) -> [String] {
    guard text.hasPrefix(first) else { return [] }
    var rest = text.dropFirst(first.count)
    var options: [String] = []
    for letter in LetteredOptions.letters.dropFirst() {
      guard let end = rest.range(of: mark(letter), options: .literal) else { break }
      options.append(String(rest[..<end.lowerBound]))
      rest = rest[end.upperBound...]
    }
    return options + [String(rest)]
  }
}
