import DataFormats
import Diagnostics
public import Evaluation
import Foundation
import Hashing

/// A file or folder of answers that somebody else's program wrote.
public struct AnswerFile: Sendable {
  public let path: String
  public let format: AnswerFormat
  public let records: [AnswerRecord]
  /// What the file or its names call the data set: a task, a table, a run's benchmark.
  public let dataset: String?
  /// Tells two files with the same name apart.
  public let contentHash: String

  /// Reads a file whose format is recognised, or forced by its name.
  ///
  /// - Parameters:
  ///   - benchmark: of a folder that holds several benchmarks' files, only those of this one are
  ///     read
  ///   - formats: what is looked for; the registry of benchmarks adds formats of their own
  /// - Throws: ``EvaluationError`` `unknown-format` with what was looked for, `unknown-name`; or
  ///   what is wrong inside the file.
  public init(
    _ path: String, benchmark: any Benchmark, formats: [AnswerFormat] = AnswerFormat.shared,
    formatName: String? = nil
  ) throws {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    var content = try AnswerContent(path)
    // lmms-eval writes into a folder per model: the folder around it means the only model in it.
    if formatName == nil, case .folder(_, let names) = content,
      !formats.contains(where: { $0.recognizes(content) }), names.count == 1,
      let inner = try? AnswerContent(path + "/" + names[0]), case .folder = inner
    {
      path += "/" + names[0]
      content = inner
    }
    let format: AnswerFormat
    if let formatName {
      guard let named = formats.first(where: { $0.name == formatName }) else {
        throw EvaluationError(
          .unknownName,
          "unknown answers format \"\(formatName)\"; \(suggestion(for: formatName, among: formats.map(\.name)))"
        )
      }
      format = named
    } else {
      guard let recognized = formats.first(where: { $0.recognizes(content) }) else {
        throw EvaluationError(
          .unknownFormat,
          "no answers were recognised here; looked for "
            + formats.map { "\($0.summary) (\($0.name))" }.joined(separator: "; "),
          at: Location(file: path))
      }
      format = recognized
    }
    let (records, dataset) = try format.read(content, benchmark)
    guard !records.isEmpty else {
      throw EvaluationError(.invalidData, "the file holds no answers", at: Location(file: path))
    }
    self.path = path
    self.format = format
    self.records = records
    self.dataset = dataset
    contentHash = SHA256.hexadecimal(
      of: Array(
        records.map { "\($0.id ?? "")\u{1}\($0.row)\u{1}\($0.prediction)" }.joined(
          separator: "\u{2}"
        ).utf8))
  }

  /// The name without folder and extensions: most often the model's.
  public var name: String {
    var name = URL(fileURLWithPath: path).lastPathComponent
    for ending in [".gz", ".jsonl", ".json", ".xlsx", ".tsv", ".txt"] where name.hasSuffix(ending) {
      name.removeLast(ending.count)
    }
    return name
  }
}

/// A way in which answers are written down.
public struct AnswerFormat: Sendable {
  /// The name that forces it on the command line.
  public let name: String
  public let summary: String
  let recognizes: @Sendable (AnswerContent) -> Bool
  let read:
    @Sendable (AnswerContent, any Benchmark) throws -> (records: [AnswerRecord], dataset: String?)

  package init(
    name: String, summary: String, recognizes: @escaping @Sendable (AnswerContent) -> Bool,
    read:
      @escaping @Sendable (AnswerContent, any Benchmark) throws -> (
        records: [AnswerRecord], dataset: String?
      )
  ) {
    self.name = name
    self.summary = summary
    self.recognizes = recognizes
    self.read = read
  }

  /// The formats that answers to any benchmark may have, the most telling first.
  public static let shared: [AnswerFormat] = [
    .run, .lmmsEval, .vlmEvalKit, .robustReading, .evalAI, .llava, .due,
  ]

  public static func == (a: AnswerFormat, b: AnswerFormat) -> Bool { a.name == b.name }
}

/// A path with as much of its content parsed as tells the formats apart.
package enum AnswerContent {
  case folder(path: String, names: [String])
  case workbook(XLSXTable)
  case table(TSVTable)
  case json(JSONNode)
  case lines(path: String, [JSONNode])

  /// - Throws: ``EvaluationError`` `missing-folder`, or ``DataFormatError`` for a file that is not
  ///   what its name says.
  init(_ path: String) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw EvaluationError(
        .missingFolder, "no such file; --answers must name a file or folder of answers",
        at: Location(file: path))
    }
    if isFolder.boolValue {
      self = .folder(
        path: path, names: try FileManager.default.contentsOfDirectory(atPath: path).sorted())
      return
    }
    var name = path.lowercased()
    if name.hasSuffix(".gz") { name.removeLast(3) }
    if name.hasSuffix(".xlsx") {
      self = .workbook(try XLSXTable(contentsOf: path))
    } else if name.hasSuffix(".tsv") {
      self = .table(try TSVTable(contentsOf: path))
    } else if name.hasSuffix(".jsonl") {
      self = .lines(path: path, try JSONLines.read(path))
    } else if name.hasSuffix(".json") {
      self = .json(try JSONNode(contentsOf: path))
    } else {
      throw EvaluationError(
        .unknownFormat,
        "the answers' file must end in .xlsx, .tsv, .json or .jsonl (each also with .gz), or be a folder",
        at: Location(file: path))
    }
  }

  package var path: String {
    switch self {
    case .folder(let path, _), .lines(let path, _): path
    case .workbook(let table): table.file
    case .table(let table): table.file
    case .json(let node): node.file ?? ""
    }
  }

  /// The objects of a list or of lines; nil for anything else.
  var objects: [JSONNode]? {
    switch self {
    case .lines(_, let nodes): nodes
    case .json(let node): try? node.list()
    default: nil
    }
  }

  /// Whether the first object has all of these keys.
  func has(_ keys: String...) -> Bool {
    guard let first = objects?.first?.value.objectValue else { return false }
    return keys.allSatisfy { first[$0] != nil }
  }
}

extension JSONNode {
  /// A text, or a number as it is written: ids come as both.
  func identifier() throws(DataFormatError) -> String {
    switch value {
    case .string(let text): return text
    case .integer(let number): return String(number)
    default: throw mismatch("a string or an integer")
    }
  }

  /// The members of an object as a dictionary.
  func fields() throws(DataFormatError) -> [String: JSONValue] {
    var fields: [String: JSONValue] = [:]
    for (key, node) in try members() { fields[key] = node.value }
    return fields
  }
}

/// Whether there is a file or folder at a path.
func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
