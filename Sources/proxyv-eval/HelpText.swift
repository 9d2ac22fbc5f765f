/// Help as it is printed: the parser wraps everything but the line of usage.
enum HelpText {
  private static let usage = "USAGE: "

  /// - Parameter width: columns of the terminal
  static func fitted(_ text: String, to width: Int) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      guard line.hasPrefix(usage), line.count > width else { return String(line) }
      return wrapped(String(line), to: width)
    }.joined(separator: "\n")
  }

  /// Between the parts of a call, which may be `--model <model>`; what follows is indented.
  private static func wrapped(_ line: String, to width: Int) -> String {
    var parts: [String] = []
    for word in line.split(separator: " ").map(String.init) {
      if word.hasPrefix("<"), let last = parts.last, last.hasPrefix("--") || last.hasPrefix("[--") {
        parts[parts.count - 1] += " " + word
      } else if word.hasPrefix("..."), !parts.isEmpty {
        parts[parts.count - 1] += " " + word
      } else {
        parts.append(word)
      }
    }
    let indent = String(repeating: " ", count: usage.count)
    return parts.reduce(into: [String]()) { lines, part in
      if let last = lines.last, last.count + 1 + part.count <= width {
        lines[lines.count - 1] += " " + part
      } else {
        lines.append(lines.isEmpty ? part : indent + part)
      }
    }.joined(separator: "\n")
  }
}
