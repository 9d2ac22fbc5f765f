import DataFormats
import Evaluation
import Exchange
import Foundation

/// Options with letters, as multiple-choice benchmarks keep them with a question: the texts of A, B
/// ... in order.
enum LetteredOptions {
  /// The key of a sample's metadata.
  static let key = "options"

  static let letters = (0x41...0x5A).compactMap { Unicode.Scalar($0).map { String($0) } }

  /// As metadata.
  static func metadata(_ options: [String]) -> JSONValue { .array(options.map { .string($0) }) }

  /// Those of a sample; empty where it has none.
  static func of(_ sample: Sample) -> [String] {
    sample.metadata[key]?.arrayValue?.compactMap(\.stringValue) ?? []
  }

  /// The columns A to Z that a table has and that are filled in the row. Texts that pandas reads as
  /// missing are no options, as VLMEvalKit finds none there.
  static func of(_ table: VLMEvalKitTable, row: Int) throws -> [String] {
    try letters.compactMap { letter in
      guard table.table.has(column: letter) else { return nil }
      return try table.table.string(row: row, column: letter)
    }
  }

  /// Those that a record of answers holds: a list, an object of letters, columns with letters, or
  /// the lines of the prompt that begin with them.
  static func of(_ record: AnswerRecord) -> [String] {
    for name in ["options", "choices"] {
      if let items = record.fields[name]?.arrayValue { return items.map(Self.text) }
      // A text that is no literal is no list of options.
      if let text = record.text(name), let items = (try? PythonLiteral.parse(text))?.arrayValue {
        return items.map(Self.text)
      }
    }
    if case .object(let named) = record.fields["index2ans"] {
      return letters.compactMap { named[$0].map(Self.text) }
    }
    for columns in [letters, ["choice_a", "choice_b", "choice_c", "choice_d"]] {
      let options = columns.compactMap { record.text($0) }
      if !options.isEmpty { return options }
    }
    return record.prompt.map(OptionLines.last) ?? []
  }

  /// An option as Python writes it: a number is an option like any other, and one that is left out
  /// would give its letter to the next.
  private static func text(_ item: JSONValue) -> String {
    switch item {
    case .string(let text): text
    case .bool(let flag): flag ? "True" : "False"
    case .null: "None"
    default: item.text()
    }
  }

  /// The letter of an index that data write as a number or a text: `0` is A.
  static func letter(_ index: Int) -> String? {
    letters.indices.contains(index) ? letters[index] : nil
  }

  /// The index of a letter, or of an index written as a text.
  static func index(_ answer: String) -> Int? { letters.firstIndex(of: answer) ?? Int(answer) }
}

/// A text that a folder's file holds.
enum NamedFile {
  /// The path itself where its last part is one of the names, or that file in the folder.
  static func find(_ names: [String], in path: String) -> String? {
    let own = URL(fileURLWithPath: path).lastPathComponent
    if names.contains(own), FileManager.default.isReadableFile(atPath: path) { return path }
    return names.map { path + "/" + $0 }.first { FileManager.default.fileExists(atPath: $0) }
  }

  static func folder(of file: String) -> String {
    URL(fileURLWithPath: file).deletingLastPathComponent().path
  }

  /// What stands between a beginning and an ending in the names of a folder's files: their splits.
  static func splits(in path: String, from start: String, to endings: [String]) -> [String] {
    let names = path.hasSuffix(".json") ? [] : dataFileNames(in: path)
    let found = names.compactMap { name -> String? in
      guard name.hasPrefix(start), let ending = endings.first(where: name.hasSuffix),
        name.count > start.count + ending.count
      else { return nil }
      return String(name.dropFirst(start.count).dropLast(ending.count))
    }
    return Set(found).sorted()
  }
}
