import DataFormats
import Diagnostics
import Evaluation
import Foundation

/// VLMEvalKit's TSV files: what all of them share, above all how a cell names its image.
///
/// `image` holds base64, or, where it has at most 64 characters, the `index` of another row whose
/// image is meant. Without an `image` column, `image_path` names a file beside the table.
struct VLMEvalKitTable: Sendable {
  let table: TSVTable
  private let rowOfIndex: [String: Int]

  /// An image cell of at most this many characters is a reference to another row.
  static let longestReference = 64

  init(_ path: String) throws {
    table = try TSVTable(contentsOf: path)
    var rows: [String: Int] = [:]
    for row in 0..<table.rowCount {
      let index = try table.requiredString(row: row, column: "index")
      guard rows.updateValue(row, forKey: index) == nil else {
        throw EvaluationError(
          .invalidData, "the index \"\(index)\" is used twice", at: table.location(row: row))
      }
    }
    rowOfIndex = rows
  }

  /// The only file of a folder (or the path itself) whose name begins with one of `prefixes` and
  /// ends with `.tsv`.
  static func file(in path: String, named prefixes: [String]) -> String? {
    func matches(_ name: String) -> Bool {
      let lower = name.lowercased()
      return lower.hasSuffix(".tsv") && prefixes.contains { lower.hasPrefix($0.lowercased()) }
    }
    if path.hasSuffix(".tsv") {
      return matches(URL(fileURLWithPath: path).lastPathComponent) ? path : nil
    }
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter(matches)
      .sorted()
    return names.first.map { path + "/" + $0 }
  }

  /// The layout of a benchmark in this format.
  static func layout(
    _ prefixes: [String], samples: @escaping @Sendable (VLMEvalKitTable) throws -> [Sample]
  ) -> DataLayout {
    DataLayout(
      name: "vlmevalkit-tsv", summary: "VLMEvalKit's table (\(prefixes[0])*.tsv)",
      recognizes: { file(in: $0, named: prefixes) != nil },
      samples: { path in
        guard let file = file(in: path, named: prefixes) else { return [] }
        return try samples(VLMEvalKitTable(file))
      })
  }

  var rows: Range<Int> { 0..<table.rowCount }

  func index(_ row: Int) throws -> String { try table.requiredString(row: row, column: "index") }

  func text(_ row: Int, _ column: String) throws -> String {
    try table.requiredString(row: row, column: column)
  }

  /// An answer cell: a Python list literal of accepted answers, or the one answer itself.
  func answers(_ row: Int) throws -> [String] {
    guard let cell = try table.string(row: row, column: "answer") else { return [] }
    guard cell.unicodeScalars.first == "[", cell.unicodeScalars.last == "]" else { return [cell] }
    let value = try PythonLiteral.parse(cell, at: table.location(row: row, column: "answer"))
    return try JSONNode(value, file: table.file, path: "row \(row + 1), column answer").list().map {
      item in
      switch item.value {
      case .string(let text): text
      case .integer, .number, .bool: item.value.text()
      default: throw item.mismatch("a string")
      }
    }
  }

  /// The image of a row.
  func image(_ row: Int) throws -> ImageReference {
    guard table.has(column: "image") else {
      let location = table.location(row: row, column: "image_path")
      let name = try single(try table.requiredString(row: row, column: "image_path"), at: location)
      return try DataFolder.image(
        name, in: URL(fileURLWithPath: table.file).deletingLastPathComponent().path, at: location)
    }
    let location = table.location(row: row, column: "image")
    var source = row
    if table.byteCount(row: row, column: "image") <= Self.longestReference {
      let reference = try single(try table.requiredString(row: row, column: "image"), at: location)
      guard let target = rowOfIndex[reference] else {
        throw EvaluationError(
          .invalidData,
          "the image refers to the row with index \"\(reference)\", which does not exist",
          at: location)
      }
      guard table.byteCount(row: target, column: "image") > Self.longestReference else {
        throw EvaluationError(
          .invalidData,
          "the image refers to the row with index \"\(reference)\", which holds no image itself",
          at: location)
      }
      source = target
    }
    let index = try index(source)
    let name = "image of row \(index) in \(table.file)"
    return ImageReference(identity: "row \(index)", name: name) { [self, source] in
      let location = table.location(row: source, column: "image")
      let text = try single(try table.requiredString(row: source, column: "image"), at: location)
      guard let bytes = Data(base64Encoded: text) else {
        throw EvaluationError(.unreadableImage, "the image is not valid base64", at: location)
      }
      return [UInt8](bytes)
    }
  }

  /// The one image of a cell: rows with several images write a list literal, and so may rows with
  /// one.
  private func single(_ cell: String, at location: Location) throws -> String {
    guard cell.utf8.first == UInt8(ascii: "["), cell.utf8.last == UInt8(ascii: "]") else {
      return cell
    }
    let items = try JSONNode(try PythonLiteral.parse(cell, at: location)).strings()
    guard items.count == 1 else {
      throw EvaluationError(
        .invalidData, "the cell lists \(items.count) images, but a question here is about one",
        at: location)
    }
    return items[0]
  }
}
