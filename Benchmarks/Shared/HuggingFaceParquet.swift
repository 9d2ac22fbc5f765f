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
  /// The columns that hold images; the first must be there.
  var imageColumns = ["image"]
  /// Columns that tell other data sets with the same ones.
  var foreignColumns: [String] = []

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
    // What is wrong with the shard is thrown again, and told, when it is read.
    guard let file = try? ParquetFile(path: HubCache.content(of: shard)) else { return true }
    return columns.allSatisfy(file.has(column:)) && !foreignColumns.contains(where: file.has)
  }

  /// The shards as they are read: none is missing, and links of a cache are followed.
  func completeShards(in path: String) throws(EvaluationError) -> [String] {
    let shards = shards(in: path)
    try checkComplete(shards, in: path)
    return shards.map(HubCache.content)
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
    try samplesWithImages(in: path, columns: columns, optional: optional) { row, place, images in
      try make(row, place) { try images.loadOnly(imageColumns[0]) }
    }
  }

  /// The same for rows with any number of images.
  func samplesWithImages(
    in path: String, columns: [String], optional: [String] = [],
    make: (_ row: ParquetRow, _ place: Int, _ images: RowImages) throws -> [Sample]
  ) throws -> [Sample] {
    var samples: [Sample] = []
    var place = 0
    for shard in try completeShards(in: path) {
      let file = try ParquetFile(path: shard)
      let images = try RowImages.columns(imageColumns, of: file)
      var rows = try file.rows(columns + optional.filter { file.has(column: $0) })
      while let row = try rows.next() {
        samples += try make(
          row, place, RowImages(shard: shard, row: row.index, columns: images))
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
    let column = imageColumns[0]
    return layoutWithImages(name: name, columns: columns, optional: optional) {
      row, place, images in
      try make(row, place) { try images.loadOnly(column) }
    }
  }

  /// The same for rows with any number of images.
  func layoutWithImages(
    name layoutName: String = "parquet", columns: [String], optional: [String] = [],
    make:
      @escaping @Sendable (_ row: ParquetRow, _ place: Int, _ images: RowImages) throws -> [Sample]
  ) -> DataLayout {
    DataLayout(
      name: layoutName,
      summary:
        """
        Hugging Face parquet (\(configuration.map { $0 + "/" } ?? "data/")\(split)-*.parquet \
        with \(columns.joined(separator: ", ")))
        """,
      recognizes: { holds(columns, in: $0) }, files: { shards(in: $0) },
      ofSplit: { name in
        var other = HuggingFaceParquet(split: name, configuration: configuration)
        other.imageColumns = imageColumns
        other.foreignColumns = foreignColumns
        return other.layoutWithImages(
          name: layoutName, columns: columns, optional: optional, make: make)
      },
      splits: { splits(with: columns, in: $0) },
      samples: {
        try samplesWithImages(in: $0, columns: columns, optional: optional, make: make)
      })
  }
}

extension ParquetRow {
  /// A text, or a number as text: the type of ids changes between revisions of the same data set.
  func id(_ column: String) throws -> String {
    if case .integer(let number) = try value(column) { return String(number) }
    return try string(column)
  }

  /// The text or number of a column that not every revision has, and some with another type.
  func ifText(_ column: String) throws -> String? {
    guard has(column) else { return nil }
    switch try value(column) {
    case .string(let text): return text
    case .integer(let number): return String(number)
    default: return nil
    }
  }

  /// The text of a column that not every revision has.
  func ifPresent(_ column: String) throws -> String? {
    has(column) ? try optionalString(column) : nil
  }
}
