import DataFormats
import Diagnostics
import Evaluation
import Foundation
import Metrics

/// A folder that is no format of its own: what in it is the answers that are meant.
struct AnswerFolder {
  let path: String
  let names: [String]
  let benchmark: any Benchmark
  let formats: [AnswerFormat]

  enum Choice {
    case one(AnswerContent)
    /// Files that are one set of answers together, each with its category where its name says one.
    case parts([(content: AnswerContent, category: String?)], AnswerFormat, remark: String)
  }

  init(_ content: AnswerContent, benchmark: any Benchmark, formats: [AnswerFormat]) {
    self.formats = formats
    path = content.path
    self.benchmark = benchmark
    if case .folder(_, let names) = content { self.names = names } else { names = [] }
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  /// - Throws: ``EvaluationError`` `ambiguous` with the names where several could be meant,
  ///   `unknown-format` where none could.
  func choice() throws -> Choice {
    // lmms-eval writes into a folder per model: the folder around it means the only model in it.
    if names.count == 1, Self.isFolder("\(path)/\(names[0])") {
      let inner = try AnswerContent("\(path)/\(names[0])")
      return formats.recognized(in: inner) != nil
        ? .one(inner) : try AnswerFolder(inner, benchmark: benchmark, formats: formats).choice()
    }
    let files = names.filter { AnswerContent.ending(of: $0) != nil }
    if let parts = try chunks(of: files) ?? categories(of: files) { return parts }
    var readable: [(name: String, content: AnswerContent)] = []
    var first: (any Error)?
    for name in preferred(files) {
      do {
        let content = try AnswerContent("\(path)/\(name)")
        if formats.recognized(in: content) != nil { readable.append((name, content)) }
      } catch {
        first = first ?? error
      }
    }
    switch readable.count {
    case 1: return .one(readable[0].content)
    case 0:
      if let first { throw first }
      throw EvaluationError(
        .unknownFormat,
        "no answers were recognised in this folder"
          + (names.isEmpty ? ", which is empty" : "; it holds \(listed(names))")
          + "; name a file of answers with --answers", at: Location(file: path))
    default:
      throw EvaluationError(
        .ambiguous,
        "\(readable.count) files of answers lie here, \(listed(readable.map(\.name))); name the one"
          + " that is meant with --answers", at: Location(file: path))
    }
  }

  /// The files whose names say this benchmark, where any does.
  private func preferred(_ files: [String]) -> [String] {
    let named = files.filter { name in
      let words = name.lowercased().split { !$0.isLetter && !$0.isNumber }
      return words.contains { $0 == benchmark.name }
    }
    return named.isEmpty ? files : named
  }

  /// `3_0.jsonl`, `3_1.jsonl`, `3_2.jsonl`: LLaVA's answers, one file per process.
  private func chunks(of files: [String]) throws -> Choice? {
    var parts: [(count: Int, index: Int, name: String)] = []
    for name in files {
      let numbers = stem(name).split(separator: "_", omittingEmptySubsequences: false).map {
        Int($0)
      }
      guard numbers.count == 2, let count = numbers[0], let index = numbers[1] else { continue }
      parts.append((count, index, name))
    }
    guard let count = parts.first?.count else { return nil }
    guard parts.allSatisfy({ $0.count == count && (0..<count).contains($0.index) }),
      Set(parts.map(\.index)).count == parts.count
    else {
      throw EvaluationError(
        .ambiguous, "chunks of several sets of answers lie here, \(listed(parts.map(\.name)))",
        at: Location(file: path))
    }
    let missing = (0..<count).filter { index in !parts.contains { $0.index == index } }
    guard missing.isEmpty else {
      throw EvaluationError(
        .invalidData,
        "of \(count) chunks \(missing.count) are missing: "
          + missing.map { "\(count)_\($0)" }.joined(separator: ", "), at: Location(file: path))
    }
    let contents = try parts.sorted { $0.index < $1.index }.map {
      (content: try AnswerContent("\(path)/\($0.name)"), category: String?.none)
    }
    return try together(contents, remark: "\(count) chunks are read as one set of answers")
  }

  /// A file per category, named as the benchmark's categories are.
  private func categories(of files: [String]) throws -> Choice? {
    let known =
      MMESummary.perceptionCategories + MMESummary.cognitionCategories
      + OCRBenchSummary.questionTypes
    func plain(_ text: String) -> String { text.lowercased().filter { $0.isLetter } }
    let byName = Dictionary(known.map { (plain($0), $0) }, uniquingKeysWith: { first, _ in first })
    let named = files.compactMap { name in byName[plain(stem(name))].map { (name, $0) } }
    guard named.count > 1 else { return nil }
    guard Set(named.map(\.1)).count == named.count else {
      throw EvaluationError(
        .ambiguous, "several files of one category lie here, \(listed(named.map(\.0)))",
        at: Location(file: path))
    }
    let contents = try named.sorted {
      (known.firstIndex(of: $0.1) ?? 0) < (known.firstIndex(of: $1.1) ?? 0)
    }.map { (content: try AnswerContent("\(path)/\($0.0)"), category: Optional($0.1)) }
    return try together(
      contents, remark: "the files of \(contents.count) categories are read as one set of answers")
  }

  private func together(
    _ contents: [(content: AnswerContent, category: String?)], remark: String
  ) throws -> Choice? {
    let found = contents.map { formats.recognized(in: $0.content) }
    guard let format = found.first ?? nil, found.allSatisfy({ $0?.name == format.name }) else {
      return nil
    }
    return .parts(contents, format, remark: remark)
  }

  /// One reading of several.
  static func joined(
    _ readings: [(AnswerReading, category: String?)], remark: String
  ) -> AnswerReading {
    var all = AnswerReading(records: [], dataset: nil, remarks: [remark])
    for (reading, category) in readings {
      for var record in reading.records {
        record.row = all.records.count
        if let category, record.fields["category"] == nil {
          record.fields["category"] = .string(category)
        }
        all.records.append(record)
      }
      for remark in reading.remarks where !all.remarks.contains(remark) {
        all.remarks.append(remark)
      }
    }
    return all
  }

  private func stem(_ name: String) -> String {
    var stem = name
    if stem.lowercased().hasSuffix(".gz") { stem.removeLast(3) }
    return stem.lastIndex(of: ".").map { String(stem[..<$0]) } ?? stem
  }

  private func listed(_ names: [String]) -> String {
    names.prefix(8).joined(separator: ", ")
      + (names.count > 8 ? " and \(names.count - 8) more" : "")
  }
}
