import DataFormats
import Diagnostics
import Evaluation
import Foundation

/// A path with as much of its content parsed as tells the formats apart.
package enum AnswerContent {
  /// Names that can be data, sorted.
  case folder(path: String, names: [String])
  case workbook(XLSXTable)
  case table(TSVTable)
  case json(JSONNode)
  case lines(path: String, [JSONNode])

  /// The endings of files that are read, each also with `.gz`.
  static let endings = [".xlsx", ".tsv", ".csv", ".jsonl", ".ndjson", ".json"]

  /// - Throws: ``EvaluationError`` `missing-folder`, or ``DataFormatError`` for a file that is not
  ///   what its name says.
  package init(_ path: String) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw EvaluationError(
        .missingFolder, "no such file; --answers must name a file or folder of answers",
        at: Location(file: path))
    }
    if isFolder.boolValue {
      // An unreadable folder is an error and not an empty one.
      self = .folder(path: path, names: try RunDirectory.listing(path).filter(isDataFileName))
      return
    }
    switch Self.ending(of: path) {
    case ".xlsx": self = .workbook(try XLSXTable(contentsOf: path))
    case ".tsv", ".csv": self = .table(try TSVTable(contentsOf: path))
    case ".jsonl", ".ndjson", ".json":
      switch try JSONFile(contentsOf: path) {
      case .document(let node): self = .json(node)
      case .lines(let path, let nodes): self = .lines(path: path, nodes)
      }
    default:
      _ = try readFile(path)  // says what stands in the file's place, where it is no data at all
      throw EvaluationError(
        .unknownFormat,
        "the answers' file must end in \(Self.endings.joined(separator: ", ")) (each also with"
          + " .gz), or be a folder", at: Location(file: path))
    }
  }

  /// The ending that says how a file is read.
  static func ending(of path: String) -> String? {
    var name = path.lowercased()
    if name.hasSuffix(".gz") { name.removeLast(3) }
    return endings.first(where: name.hasSuffix)
  }

  package var path: String {
    switch self {
    case .folder(let path, _), .lines(let path, _): path
    case .workbook(let table): table.file
    case .table(let table): table.file
    case .json(let node): node.file ?? ""
    }
  }

  /// The name of the file or folder without the folders around it.
  package var fileName: String { path.split(separator: "/").last.map(String.init) ?? path }

  /// The objects of a list or of lines; nil for anything else.
  package var objects: [JSONNode]? {
    switch self {
    case .lines(_, let nodes): nodes
    case .json(let node): node.value.arrayValue == nil ? nil : try? node.list()
    default: nil
    }
  }

  /// Whether the first object has all of these keys.
  package func has(_ keys: String...) -> Bool {
    guard let first = objects?.first?.value.objectValue else { return false }
    return keys.allSatisfy { first[$0] != nil }
  }

  /// The names of the first row's columns or keys, in their order.
  package var columns: [String] {
    switch self {
    case .workbook(let table): table.columns
    case .table(let table): table.columns
    default: objects?.first?.value.objectValue.map { Array($0.keys) } ?? []
    }
  }

  /// A row of a table, or an object of a list.
  package struct Row {
    package var fields: [String: JSONValue]
    package var location: Location
    /// Columns whose cells are formulas.
    package var formulas: Set<String> = []
  }

  /// The rows of any table or list of objects; nil for a folder and for any other document.
  ///
  /// Cells are taken as the strings they are; those of `image`, which hold whole images, are left
  /// out.
  package func rows() throws -> [Row]? {
    switch self {
    case .folder: return nil
    case .workbook(let table):
      return (0..<table.rowCount).map { row in
        var fields: [String: JSONValue] = [:]
        var formulas: Set<String> = []
        for column in table.columns {
          fields[column] = .string(table.string(row: row, column: column) ?? "")
          if table.isFormula(row: row, column: column) { formulas.insert(column) }
        }
        return Row(fields: fields, location: table.location(row: row), formulas: formulas)
      }
    case .table(let table):
      return try (0..<table.rowCount).map { row in
        var fields: [String: JSONValue] = [:]
        for column in table.columns
        where column != "image" || table.byteCount(row: row, column: column) <= 256 {
          fields[column] = .string(try table.rawString(row: row, column: column))
        }
        return Row(fields: fields, location: table.location(row: row))
      }
    case .json, .lines:
      return try objects?.map { Row(fields: try $0.fields(), location: $0.location) }
    }
  }
}

extension JSONNode {
  /// A text, or a number as it is written: ids come as both.
  func identifier() throws(DataFormatError) -> String {
    guard let text = value.identifier else { throw mismatch("a string or an integer") }
    return text
  }

  /// The members of an object as a dictionary.
  func fields() throws(DataFormatError) -> [String: JSONValue] {
    var fields: [String: JSONValue] = [:]
    for (key, node) in try members() { fields[key] = node.value }
    return fields
  }
}

extension JSONValue {
  /// A text, or a number as it is written.
  var identifier: String? {
    switch self {
    case .string(let text): text
    case .integer(let number): String(number)
    case .number(let number) where Int(exactly: number) != nil: String(Int(number))
    default: nil
    }
  }
}

/// Whether there is a file or folder at a path.
func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
