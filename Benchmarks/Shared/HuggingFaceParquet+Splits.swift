import DataFormats
import Foundation

extension HuggingFaceParquet {
  /// The names of the splits of a folder whose shards have these columns.
  func splits(with columns: [String], in path: String) -> [String] {
    guard !path.hasSuffix(".parquet") else { return [] }
    let folders = (configuration.map { [$0 + "/"] } ?? []) + ["data/", ""]
    let shards = folders.flatMap { folder in
      dataFileNames(in: "\(path)/\(folder)").filter { $0.hasSuffix(".parquet") }.map {
        String($0.dropLast(8).prefix { $0 != "-" })
      }
    }
    let converted = [configuration, "default", "."].compactMap { $0 }.flatMap {
      dataFileNames(in: "\(path)/\($0)")
    }
    var names: [String] = []
    for name in shards + converted where !names.contains(name) {
      let other = HuggingFaceParquet(
        split: name, configuration: configuration, imageColumns: imageColumns,
        foreignColumns: foreignColumns)
      if other.holds(columns, in: path) { names.append(name) }
    }
    return names
  }
}
