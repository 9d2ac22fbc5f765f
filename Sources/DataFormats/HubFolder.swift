import Foundation

/// Folders of the Hugging Face cache, as `huggingface-cli download` leaves them: `blobs`,
/// `refs/main` and `snapshots/REVISION` below `models--OWNER--NAME` or `datasets--OWNER--NAME`.
public enum HubFolder {
  /// The folder of the files that a repository's folder in the cache means: the snapshot that
  /// `refs/main` names, or the only one. Nil for any other folder.
  public static func snapshot(of folder: String) -> String? {
    let snapshots = folder + "/snapshots"
    guard
      let found = try? FileManager.default.contentsOfDirectory(atPath: snapshots).filter({
        !$0.hasPrefix(".")
      })
    else { return nil }
    if let main = try? String(contentsOfFile: folder + "/refs/main", encoding: .utf8) {
      let revision = main.trimmingCharacters(in: .whitespacesAndNewlines)
      if found.contains(revision) { return snapshots + "/" + revision }
    }
    return found.count == 1 ? snapshots + "/" + found[0] : nil
  }
}
