import DataFormats
import Diagnostics
import Foundation

/// The cache that Hugging Face's programs keep: `datasets--OWNER--NAME/` with `refs/main` and
/// `snapshots/REVISION/`, many of them in one folder.
public enum HubCache {
  /// The file that holds the bytes of one in a snapshot.
  ///
  /// A snapshot's files are links into `blobs/`. Where the cache was copied by a program that knows
  /// no links, a small text with the link's target stands in each one's place.
  public static func content(of path: String) -> String {
    guard path.contains("/snapshots/"),
      let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int, size < 256,
      let target = try? TextFile.lines(of: path).first?.text, target.hasPrefix("../"),
      target.contains("blobs/")
    else { return path }
    let file =
      URL(fileURLWithPath: path).deletingLastPathComponent().path + "/" + target
    return FileManager.default.fileExists(atPath: file) ? file : path
  }

  /// The folders of files that a folder of the cache stands for: of one data set the snapshot that
  /// `refs/main` names, of the whole cache that of every data set; empty for any other folder.
  /// - Throws: ``EvaluationError`` `ambiguous` where several snapshots lie there and none is the
  ///   main one, `invalid-data` where none does.
  static func snapshots(in path: String) throws -> [String] {
    if let snapshot = try snapshot(of: path) { return [snapshot] }
    let folders = ["", "/hub", "/datasets"].map { path + $0 }
    for folder in folders {
      let names = dataFileNames(in: folder).filter { $0.hasPrefix("datasets--") }
      if !names.isEmpty { return try names.compactMap { try snapshot(of: "\(folder)/\($0)") } }
    }
    return []
  }

  private static func snapshot(of path: String) throws -> String? {
    let folder = path + "/snapshots"
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder),
      isFolder.boolValue
    else { return nil }
    let names = dataFileNames(in: folder)
    if let main = try? TextFile.lines(of: path + "/refs/main").first?.text,
      names.contains(main.filter { !$0.isWhitespace })
    {
      return folder + "/" + main.filter { !$0.isWhitespace }
    }
    switch names.count {
    case 1: return folder + "/" + names[0]
    case 0:
      throw EvaluationError(
        .invalidData, "the cache holds no snapshot of this data set; download it again",
        at: Location(file: path))
    default:
      throw EvaluationError(
        .ambiguous,
        "\(names.count) snapshots lie here and refs/main names none of them; name one with --data:"
          + " \(names.map { folder + "/" + $0 }.joined(separator: ", "))",
        at: Location(file: path))
    }
  }
}
