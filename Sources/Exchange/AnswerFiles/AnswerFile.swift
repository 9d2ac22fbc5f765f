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
  /// What must be said aloud about how the file was read.
  public let remarks: [String]
  /// Tells two files with the same name apart.
  public let contentHash: String
  /// Which questions were asked, where the file says so.
  let coverage: AnswerCoverage?

  /// Reads a file whose format is recognised, or forced by its name.
  ///
  /// - Parameters:
  ///   - benchmark: of a folder that holds several benchmarks' files, only those of this one are
  ///     read
  ///   - formats: what is looked for; the registry of benchmarks adds formats of their own
  ///   - fields: which keys mean what, for a file of no known format
  ///   - split: of several data sets in one file, the one that is meant
  /// - Throws: ``EvaluationError`` `unknown-format` with the keys that were found, `unknown-name`,
  ///   `ambiguous` where several files could be meant; or what is wrong inside the file.
  public init(
    _ path: String, benchmark: any Benchmark, formats: [AnswerFormat] = AnswerFormat.shared,
    formatName: String? = nil, fields: FieldMapping? = nil, split: String? = nil
  ) throws {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    let options = AnswerOptions(benchmark: benchmark, fields: fields, split: split)
    let forced =
      try formatName.map { try Self.named($0, among: formats) }
      ?? fields.map { _ in AnswerFormat.mapped }
    var content = try AnswerContent(path)
    if forced == nil, case .folder = content, formats.recognized(in: content) == nil {
      // Folders around folders, and folders of files that each would be read by itself.
      switch try AnswerFolder(content, benchmark: benchmark, formats: formats).choice() {
      case .one(let inner):
        content = inner
        path = inner.path
      case .parts(let parts, let format, let remark):
        let readings = try parts.map { part in
          (try format.read(part.content, options), part.category)
        }
        try self.init(
          path: path, format: format,
          reading: AnswerFolder.joined(readings, remark: remark))
        return
      }
    }
    guard let format = forced ?? formats.recognized(in: content) else {
      throw Self.unrecognized(content, formats)
    }
    try self.init(path: path, format: format, reading: format.read(content, options))
  }

  private init(path: String, format: AnswerFormat, reading: AnswerReading) throws {
    var records = reading.records
    guard !records.isEmpty else {
      throw EvaluationError(.invalidData, "the file holds no answers", at: Location(file: path))
    }
    if !format.isRun {
      for index in records.indices where records[index].failure == nil {
        records[index].failure = PredictedText.failure(saidBy: records[index].prediction)
      }
    }
    self.path = path
    self.format = format
    self.records = records
    dataset = reading.dataset
    remarks = reading.remarks
    coverage = reading.coverage
    contentHash = SHA256.hexadecimal(
      of: Array(
        records.map { "\($0.id ?? "")\u{1}\($0.row)\u{1}\($0.prediction)" }.joined(
          separator: "\u{2}"
        ).utf8))
  }

  private static func named(
    _ name: String, among formats: [AnswerFormat]
  ) throws(EvaluationError) -> AnswerFormat {
    if let format = formats.first(where: { $0.name == name }) { return format }
    throw EvaluationError(
      .unknownName,
      "unknown answers format \"\(name)\"; \(suggestion(for: name, among: formats.map(\.name)))")
  }

  /// What was found, and the flag that would read it.
  private static func unrecognized(
    _ content: AnswerContent, _ formats: [AnswerFormat]
  ) -> EvaluationError {
    let location = Location(file: content.path)
    let columns = content.columns
    guard !columns.isEmpty else {
      return EvaluationError(
        .unknownFormat,
        "no answers were recognised here; looked for "
          + formats.map { "\($0.summary) (\($0.name))" }.joined(separator: "; "),
        at: location)
    }
    return EvaluationError(
      .unknownFormat,
      "these answers have no format that is known (\(formats.map(\.name).joined(separator: ", ")));"
        + " their keys are \(columns.joined(separator: ", ")); say which of them means what, for"
        + " example \(FieldMapping.suggested(for: columns).flag)", at: location)
  }

  /// The name without folder and extensions: most often the model's.
  public var name: String {
    var name = URL(fileURLWithPath: path).lastPathComponent
    if name.hasSuffix(".gz") { name.removeLast(3) }
    for ending in AnswerContent.endings + [".txt"] where name.hasSuffix(ending) {
      name.removeLast(ending.count)
      break
    }
    return name
  }
}
