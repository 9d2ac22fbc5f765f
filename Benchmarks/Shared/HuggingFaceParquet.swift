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
      return Self.matches(URL(fileURLWithPath: path).lastPathComponent, split)
        || Self.isConverted(path, split) ? [path] : []
    }
    let folders = (configuration.map { [path + "/" + $0] } ?? []) + [path + "/data", path]
    for folder in folders {
      let names = dataFileNames(in: folder).filter { Self.matches($0, split) }
      if !names.isEmpty { return names.map { folder + "/" + $0 } }
    }
    // The hub's own conversion: CONFIGURATION/SPLIT/0000.parquet.
    for outer in [configuration ?? "default", "default", "."] {
      let folder = outer == "." ? "\(path)/\(split)" : "\(path)/\(outer)/\(split)"
      let names = dataFileNames(in: folder).filter { Self.isConverted("\(folder)/\($0)", split) }
      if !names.isEmpty { return names.map { folder + "/" + $0 } }
    }
    return []
  }

  /// `SPLIT/0003.parquet`.
  private static func isConverted(_ path: String, _ split: String) -> Bool {
    let parts = path.split(separator: "/").suffix(2)
    guard parts.count == 2, parts.first == Substring(split), let name = parts.last,
      name.hasSuffix(".parquet")
    else { return false }
    return name.count == 12 && name.dropLast(8).allSatisfy(\.isNumber)
  }

  /// Checks that no shard is missing, as far as their names say how many there are.
  ///
  /// A missing one would be a hole in the data and shift the places of all later rows.
  /// - Throws: ``EvaluationError`` naming what is missing, or two sets of shards in one folder.
  private func checkComplete(_ shards: [String], in path: String) throws(EvaluationError) {
    guard !path.hasSuffix(".parquet") else { return }  // one shard was asked for
    let names = shards.map { URL(fileURLWithPath: $0).lastPathComponent }
    var counts: Set<Int> = []
    var seen: Set<Int> = []
    var isCounted = false
    for name in names {
      let parts = name.dropLast(8).split(separator: "-")
      if parts.count >= 4, parts[parts.count - 2] == "of", let count = Int(parts[parts.count - 1]),
        let index = Int(parts[parts.count - 3])
      {
        counts.insert(count)
        seen.insert(index)
        isCounted = true
      } else if name.count == 12, let index = Int(name.dropLast(8)) {
        seen.insert(index)
      } else if names.count > 1 {
        counts.insert(0)
      }
    }
    guard counts.count <= 1 else {
      throw EvaluationError(
        .ambiguous,
        "the shards of several versions of the split lie here: \(names.joined(separator: ", "));"
          + " keep those of one", at: Location(file: path))
    }
    let total = isCounted ? counts.first ?? 0 : (seen.max() ?? -1) + 1
    let missing = (0..<max(0, total)).filter { !seen.contains($0) }
    guard missing.isEmpty else {
      let written = missing.prefix(5).map { index in
        isCounted
          ? String(format: "%@-%05d-of-%05d.parquet", split, index, total)
          : String(format: "%04d.parquet", index)
      }
      let all =
        written.joined(separator: ", ")
        + (missing.count > 5 ? " and \(missing.count - 5) more" : "")
      throw EvaluationError(
        .invalidData,
        "\(all) \(missing.count == 1 ? "is" : "are") missing of \(total) shards; download the data"
          + " again", at: Location(file: path))
    }
  }

  /// Whether there are shards with these columns: data sets differ in nothing else.
  ///
  /// A damaged first shard counts as recognised, so that its error is told and not "unknown
  /// format".
  func holds(_ columns: [String], in path: String) -> Bool {
    guard let shard = shards(in: path).first else { return false }
    guard let file = try? ParquetFile(path: HubCache.content(of: shard)) else { return true }
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
    let shards = shards(in: path)
    try checkComplete(shards, in: path)
    for shard in shards {
      let file = try ParquetFile(path: HubCache.content(of: shard))
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
      recognizes: { holds(columns, in: $0) }, files: { shards(in: $0) },
      ofSplit: { name in
        HuggingFaceParquet(split: name, configuration: configuration).layout(
          columns: columns, optional: optional, make: make)
      },
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
