import Foundation

/// Where tests find their data.
public enum TestMaterial {
  /// The project's own folder.
  public static let project: String = {
    var folder = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { folder.deleteLastPathComponent() }
    return folder.path
  }()

  /// `Tests/Fixtures`, committed with the project.
  public static let fixtures: String = {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures").path
  }()

  /// The folder of specifications, golden files and samples that developers keep beside their
  /// checkout, or nil.
  ///
  /// Checks that need it are skipped, and say so, where it is absent. `PROXYV_SHARED` names another
  /// place.
  public static let shared: String? = {
    if let named = ProcessInfo.processInfo.environment["PROXYV_SHARED"] {
      return exists(named) ? named : nil
    }
    var folder = URL(fileURLWithPath: #filePath)
    while folder.path != "/" {
      folder.deleteLastPathComponent()
      let candidate = folder.appendingPathComponent("shared").path
      if exists(candidate + "/golden/model") { return candidate }
    }
    return nil
  }()

  public static let hasShared = shared != nil

  /// The golden files: results of the official codes on inputs of our own. The full set where it
  /// lies beside the checkout, else the part that is committed, which leaves out nothing but more
  /// images per checkpoint.
  public static let golden = shared.map { $0 + "/golden" } ?? fixtures + "/golden"
  /// The reason that a skipped test gives.
  public static let needsShared = "needs the shared golden files beside the checkout"

  /// A fresh empty folder that is removed when `body` ends.
  public static func withTemporaryFolder<R>(_ body: (String) throws -> R) throws -> R {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "proxyv-eval-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.path)
  }

  private static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
  }
}
