import DataFormats

/// Calls `body` with every line of standard input, parsed as JSON; blank lines are skipped.
///
/// - Throws: `DataFormatError` with the line's number for what is no JSON, and what `body` throws.
func forEachJSONLine(_ body: (JSONNode) throws -> Void) throws {
  let file = "standard input"
  var number = 0
  while let line = readLine() {
    number += 1
    if line.allSatisfy(\.isWhitespace) { continue }
    try body(
      JSONNode(
        try JSONValue.parse(line, file: file, firstLine: number), file: file, path: "line \(number)"
      ))
  }
}
