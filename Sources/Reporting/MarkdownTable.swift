/// A Markdown table whose source is aligned, so that it can be read as it is in a terminal.
public struct MarkdownTable: Sendable {
  public enum Alignment: Sendable {
    case left
    case right
  }

  private let columns: [(title: String, alignment: Alignment)]
  private var rows: [[String]] = []

  public init(_ columns: [(title: String, alignment: Alignment)]) { self.columns = columns }

  /// Adds a row; cells are escaped, missing ones stay empty.
  public mutating func append(_ cells: [String]) {
    rows.append(columns.indices.map { $0 < cells.count ? Self.escaped(cells[$0]) : "" })
  }

  public var text: String {
    let titles = columns.map(\.title)
    let widths = columns.indices.map { column in
      max(3, ([titles] + rows).map { $0[column].count }.max() ?? 0)
    }
    func line(_ cells: [String]) -> String {
      let padded = cells.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return columns[column].alignment == .left ? cell + space : space + cell
      }
      return "| " + padded.joined(separator: " | ") + " |\n"
    }
    let rule = columns.indices.map { column in
      columns[column].alignment == .left
        ? String(repeating: "-", count: widths[column])
        : String(repeating: "-", count: widths[column] - 1) + ":"
    }
    return line(titles) + line(rule) + rows.map(line).joined()
  }

  /// Text from data or models cannot break the table or smuggle in markup.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    let scalars = Array(text.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      switch scalar {
      // Inside a word an underscore is only an underscore.
      case "_"
      where index > 0 && index < scalars.count - 1 && isWord(scalars[index - 1])
        && isWord(scalars[index + 1]):
        escaped += "_"
      case "\\", "|", "`", "*", "_", "[", "]": escaped += "\\\(scalar)"
      case "<": escaped += "&lt;"
      case "&": escaped += "&amp;"
      case _ where scalar.properties.generalCategory == .control || scalar.properties.isWhitespace:
        escaped += " "
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }
}
