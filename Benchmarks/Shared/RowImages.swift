import DataFormats
import Diagnostics
import Evaluation

/// The images of one row of a parquet file, read when they are needed.
///
/// An image column holds a struct of `bytes` and `path`, as `datasets` writes it, or the bytes
/// themselves; where it is a list, the row has several images.
struct RowImages: Sendable {
  let shard: String
  let row: Int
  let columns: [String: ParquetByteColumn]

  /// The byte columns of a file under the names of their image columns.
  /// - Throws: ``DataFormatError`` where the first is missing or any holds no bytes.
  static func columns(
    _ names: [String], of file: ParquetFile
  ) throws -> [String: ParquetByteColumn] {
    var columns: [String: ParquetByteColumn] = [:]
    for (place, name) in names.enumerated() {
      let stored = ["\(name).bytes", name].first { file.has(column: $0) }
      if stored == nil, place > 0 { continue }
      columns[name] = try file.byteColumn(stored ?? "\(name).bytes")
    }
    return columns
  }

  /// How many images the row has in a column.
  func count(_ column: String = "image") throws -> Int {
    try columns[column]?.count(row: row) ?? 0
  }

  /// The bytes of an image.
  /// - Throws: ``EvaluationError`` `unreadable-image` where the row has no such image.
  func load(_ column: String = "image", place: Int = 0) throws -> [UInt8] {
    guard let bytes = try columns[column]?.element(place, row: row) else {
      throw EvaluationError(
        .unreadableImage,
        try count(column) > 1 ? "the row's list lacks an image" : "the row holds no image",
        at: location(column))
    }
    return bytes.copy()
  }

  /// The bytes of the only image.
  /// - Throws: ``EvaluationError`` `unreadable-image` where there is none, or several.
  func loadOnly(_ column: String = "image") throws -> [UInt8] {
    let count = try count(column)
    guard count <= 1 else {
      throw EvaluationError(
        .severalImages, "the row holds \(count) images, but a question here is about one",
        at: location(column))
    }
    return try load(column)
  }

  func location(_ column: String) -> Location {
    Location(file: shard, place: "row \(row + 1), column \(columns[column]?.column.path ?? column)")
  }
}
