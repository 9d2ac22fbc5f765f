import DataFormats
import OrderedCollections

/// A table of measured or computed figures that can be written for people, papers and programs.
public struct ResultTable: Sendable {
  public enum Format: String, Sendable, CaseIterable {
    case markdown, latex, csv, json
  }

  public enum Cell: Sendable, Equatable {
    case text(String)
    /// A number and how many decimals people are shown.
    case number(Double, decimals: Int)
    case none

    var shown: String {
      switch self {
      case .text(let text): text
      case .number(let value, let decimals): value.isFinite ? Self.fixed(value, decimals) : "n/a"
      case .none: ""
      }
    }

    var json: JSONValue {
      switch self {
      case .text(let text): .string(text)
      case .number(let value, _): .number(value)
      case .none: .null
      }
    }

    private static func fixed(_ value: Double, _ decimals: Int) -> String {
      var scale = 1.0
      for _ in 0..<decimals { scale *= 10 }
      let rounded = (value * scale).rounded()
      if abs(rounded) > 1e15 { return "\(value)" }
      let digits = String(Int(abs(rounded)))
      let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
      let sign = rounded < 0 ? "-" : ""
      return decimals == 0 ? sign + padded : sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }
  }

  /// Column names, and whether they hold numbers.
  private let columns: [(title: String, isNumber: Bool)]
  private var rows: [[Cell]] = []
  /// Sentences below the table.
  public var notes: [String] = []

  public init(_ columns: [(title: String, isNumber: Bool)]) { self.columns = columns }

  public mutating func append(_ cells: [Cell]) { rows.append(columns.indices.map { $0 < cells.count ? cells[$0] : .none }) }

  public func text(_ format: Format) -> String {
    switch format {
    case .markdown:
      var table = MarkdownTable(columns.map { ($0.title, $0.isNumber ? .right : .left) })
      for row in rows { table.append(row.map(\.shown)) }
      return table.text + notes.map { "\n\($0)\n" }.joined()
    case .latex:
      let lines = rows.map { row in row.map { Self.escaped($0.shown) }.joined(separator: " & ") + " \\\\" }
      let alignment = columns.map { $0.isNumber ? "r" : "l" }.joined()
      return (["\\begin{tabular}{\(alignment)}", "\\toprule", columns.map { Self.escaped($0.title) }.joined(separator: " & ") + " \\\\", "\\midrule"]
        + lines + ["\\bottomrule", "\\end{tabular}"] + notes.map { "% \($0)" }).joined(separator: "\n") + "\n"
    case .csv:
      return ([columns.map { Self.quoted($0.title) }] + rows.map { $0.map { Self.quoted($0.shown) } })
        .map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n"
    case .json:
      let objects = rows.map { row in
        JSONValue.object(OrderedDictionary(zip(columns.map(\.title), row.map(\.json)), uniquingKeysWith: { $1 }))
      }
      return (["rows": .array(objects), "notes": .array(notes.map { .string($0) })] as JSONValue).text(indented: true)
    }
  }

  private static func escaped(_ text: String) -> String {
    text.unicodeScalars.map { "&%$#_{}".unicodeScalars.contains($0) ? "\\\($0)" : $0 == "\\" ? "\\textbackslash{}" : "\($0)" }.joined()
  }

  private static func quoted(_ text: String) -> String {
    text.contains { ",\"\n".contains($0) } ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
  }
}
