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

  /// The tables of a folder (or the path itself) whose names begin with one of `prefixes`, up to a
  /// mark, and end with `.tsv`.
  ///
  /// `NAME_local.tsv`, which VLMEvalKit makes of a large table, counts only where `NAME.tsv` is not
  /// there.
  static func files(in path: String, named prefixes: [String]) -> [String] {
    func matches(_ name: String) -> Bool {
      let lower = name.lowercased()
      guard lower.hasSuffix(".tsv") || lower.hasSuffix(".tsv.gz") else { return false }
      return prefixes.contains { prefix in
        lower.hasPrefix(prefix.lowercased())
          && lower.dropFirst(prefix.count).first.map { "_.".contains($0) } ?? false
      }
    }
    if path.hasSuffix(".tsv") || path.hasSuffix(".tsv.gz") {
      return matches(URL(fileURLWithPath: path).lastPathComponent) ? [path] : []
    }
    let names = dataFileNames(in: path).filter(matches)
    return names.filter { name in
      !name.hasSuffix("_local.tsv") || !names.contains(name.replacing("_local.tsv", with: ".tsv"))
    }.map { path + "/" + $0 }
  }

  /// The layout of a benchmark in this format.
  ///
  /// - Parameter ofSplit: the same for another split of a table with several, whose column `split`
  ///   tells them
  static func layout(
    _ prefixes: [String], ofSplit: (@Sendable (String) -> DataLayout?)? = nil,
    samples: @escaping @Sendable (VLMEvalKitTable) throws -> [Sample]
  ) -> DataLayout {
    DataLayout(
      name: "vlmevalkit-tsv", summary: "VLMEvalKit's table (\(prefixes[0])*.tsv)",
      recognizes: { !files(in: $0, named: prefixes).isEmpty },
      alternatives: { files(in: $0, named: prefixes) }, ofSplit: ofSplit,
      splits: { ofSplit == nil ? [] : splits(in: files(in: $0, named: prefixes)) },
      samples: { path in
        guard let file = files(in: path, named: prefixes).first else { return [] }
        return try samples(VLMEvalKitTable(file))
      })
  }

  /// The splits that the rows of a table name.
  private static func splits(in files: [String]) -> [String] {
    // A table that cannot be read says why when it is read.
    guard let file = files.first, let table = try? TSVTable(contentsOf: file),
      table.has(column: "split")
    else { return [] }
    let names = (0..<table.rowCount).compactMap { row in
      (try? table.string(row: row, column: "split")) ?? nil
    }
    return Set(names).sorted()
  }

  var rows: Range<Int> { 0..<table.rowCount }

  func index(_ row: Int) throws -> String { try table.requiredString(row: row, column: "index") }

  func text(_ row: Int, _ column: String) throws -> String {
    try table.requiredString(row: row, column: column)
  }

  /// An answer cell: a Python list literal of accepted answers, or the one answer itself.
  func answers(_ row: Int) throws -> [String] {
    // Tables of test splits have no such column.
    guard table.has(column: "answer"), let cell = try table.string(row: row, column: "answer")
    else { return [] }
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

  /// The images of a row: the one of its cell, or those of the list literal that stands in it.
  func images(_ row: Int) throws -> [ImageReference] {
    let column = table.has(column: "image") ? "image" : "image_path"
    guard table.begins(row: row, column: column, with: UInt8(ascii: "[")) else {
      return [try image(row)]
    }
    let location = table.location(row: row, column: column)
    let count = try Self.items(table.requiredString(row: row, column: column), at: location).count
    if count == 1 { return [try image(row)] }
    let index = try index(row)
    return try (0..<count).map { place in
      let name = "image \(place + 1) of row \(index) in \(table.file)"
      let item = { @Sendable [self] () throws -> String in
        try Self.items(table.requiredString(row: row, column: column), at: location)[place]
      }
      if column == "image_path" { return try imageFile(item(), at: location) }
      return ImageReference(identity: "row \(index)/\(place + 1)", name: name) {
        try Self.decoded(item(), at: location)
      }
    }
  }

  /// The image of a row.
  func image(_ row: Int) throws -> ImageReference {
    guard table.has(column: "image") else {
      let location = table.location(row: row, column: "image_path")
      let name = try single(try table.requiredString(row: row, column: "image_path"), at: location)
      return try imageFile(name, at: location)
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
      return try Self.decoded(text, at: location)
    }
  }

  private static func decoded(_ text: String, at location: Location) throws -> [UInt8] {
    // Python passes over the line ends that `base64.encodebytes` writes.
    let isBroken = text.utf8.contains { $0 == 0x0A || $0 == 0x0D || $0 == 0x20 }
    let plain = isBroken ? text.filter { !$0.isWhitespace } : text
    guard let bytes = Data(base64Encoded: plain) else {
      throw EvaluationError(.unreadableImage, "the image is not valid base64", at: location)
    }
    return [UInt8](bytes)
  }

  private static func items(_ cell: String, at location: Location) throws -> [String] {
    try JSONNode(try PythonLiteral.parse(cell, at: location)).strings()
  }

  /// The image file that `image_path` names.
  ///
  /// VLMEvalKit writes the images of a large table into `images/NAME/` beside it, and their paths
  /// as they were on the machine that did so, or relative to that folder.
  private func imageFile(_ name: String, at location: Location) throws -> ImageReference {
    let url = URL(fileURLWithPath: table.file)
    let folder = url.deletingLastPathComponent().path
    var stem = url.lastPathComponent
    for ending in [".gz", ".tsv", "_local"] where stem.hasSuffix(ending) {
      stem.removeLast(ending.count)
    }
    var candidates: [String] = []
    let parts = name.split { $0 == "/" || $0 == "\\" }.map(String.init)
    if name.hasPrefix("/") || name.contains("\\"), let mark = parts.lastIndex(of: "images") {
      candidates.append(parts[mark...].joined(separator: "/"))
      candidates.append((["images", stem] + parts[(mark + 2)...]).joined(separator: "/"))
    } else if !name.hasPrefix("/") {
      candidates += [name, "images/\(stem)/\(name)"]
    }
    let found = candidates.first { candidate in
      !candidate.split(separator: "/").contains("..")
        && FileManager.default.fileExists(atPath: folder + "/" + candidate)
    }
    return try DataFolder.image(found ?? candidates.first ?? name, in: folder, at: location)
  }

  /// The one image of a cell: rows with several images write a list literal, and so may rows with
  /// one.
  private func single(_ cell: String, at location: Location) throws -> String {
    guard cell.utf8.first == UInt8(ascii: "["), cell.utf8.last == UInt8(ascii: "]") else {
      return cell
    }
    let items = try Self.items(cell, at: location)
    guard items.count == 1 else {
      throw EvaluationError(
        .invalidData, "the cell lists \(items.count) images, but a question here is about one",
        at: location)
    }
    return items[0]
  }
}
