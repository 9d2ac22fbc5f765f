import DataFormats
import Diagnostics
import Evaluation
import Foundation

/// Data sets as the Hugging Face hub stores them: parquet shards named
/// `SPLIT-00000-of-00003.parquet`, in the folder itself, in `data/` or in the folder of a
/// configuration.
///
/// Questions are read column by column; image bytes stay in the mapped file until a sample needs
/// them.
struct HuggingFaceParquet: Sendable {
  let split: String
  /// The configuration's folder, where the data set has several.
  var configuration: String?

  /// The shards of the split, in order; empty where there are none.
  func shards(in path: String) -> [String] {
    if path.hasSuffix(".parquet") {
      return Self.matches(URL(fileURLWithPath: path).lastPathComponent, split) ? [path] : []
    }
    let folders = (configuration.map { [path + "/" + $0] } ?? []) + [path + "/data", path]
    for folder in folders {
      let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter {
        Self.matches($0, split)
      }.sorted()
      if !names.isEmpty { return names.map { folder + "/" + $0 } }
    }
    return []
  }

  /// Whether there are shards with these columns: data sets differ in nothing else.
  ///
  /// A damaged first shard counts as recognised, so that its error is told and not "unknown
  /// format".
  func holds(_ columns: [String], in path: String) -> Bool {
    guard let shard = shards(in: path).first else { return false }
    guard let file = try? ParquetFile(path: shard) else { return true }
    return columns.allSatisfy(file.has(column:))
  }

  private static func matches(_ name: String, _ split: String) -> Bool {
    name.hasSuffix(".parquet") && (name.hasPrefix(split + "-") || name == split + ".parquet")
  }

  /// Reads the samples of all shards.
  ///
  /// - Parameters:
  ///   - columns: what is read of every row; columns in `optional` are read where they are there
  ///   - make: turns a row, its place in the whole split and its image's bytes into samples
  func samples(
    in path: String, columns: [String], optional: [String] = [],
    make: (_ row: ParquetRow, _ place: Int, _ image: @escaping @Sendable () throws -> [UInt8])
      throws -> [Sample]
  ) throws -> [Sample] {
    var samples: [Sample] = []
    var place = 0
    for shard in shards(in: path) {
      let file = try ParquetFile(path: shard)
      let images = try file.byteColumn("image.bytes")
      var rows = try file.rows(columns + optional.filter { file.has(column: $0) })
      while let row = try rows.next() {
        let index = row.index
        samples += try make(row, place) {
          guard let bytes = try images.bytes(row: index) else {
            throw EvaluationError(
              .unreadableImage, "the row holds no image",
              at: Location(file: shard, place: "row \(index + 1), column image.bytes"))
          }
          return bytes.copy()
        }
        place += 1
      }
    }
    return samples
  }

  /// The layout of a benchmark in this format.
  func layout(
    name: String = "parquet", columns: [String], optional: [String] = [],
    make:
      @escaping @Sendable (
        _ row: ParquetRow, _ place: Int, _ image: @escaping @Sendable () throws -> [UInt8]
      ) throws -> [Sample]
  ) -> DataLayout {
    DataLayout(
      name: name,
      summary:
        "Hugging Face parquet (\(configuration.map { $0 + "/" } ?? "data/")\(split)-*.parquet with \(columns.joined(separator: ", ")))",
      recognizes: { holds(columns, in: $0) },
      samples: { try samples(in: $0, columns: columns, optional: optional, make: make) })
  }
}

extension ParquetRow {
  /// A text, or a number as text: the type of ids changes between revisions of the same data set.
  func id(_ column: String) throws -> String {
    if case .integer(let number) = try value(column) { return String(number) }
    return try string(column)
  }

  /// The text of a column that not every revision has.
  func ifPresent(_ column: String) throws -> String? {
    has(column) ? try optionalString(column) : nil
  }
}
