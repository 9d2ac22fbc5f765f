import DataFormats
import Diagnostics
import Foundation

extension RunDirectory {
  /// Starts a run, which other processes may be doing at the same moment, on this machine or on
  /// others that share the file system.
  ///
  /// What is relied on: `link` fails where the name is there, and `rename` replaces it whole. Both
  /// hold on local file systems and on NFS; no lock is needed.
  /// - Returns: the manifest of whoever was first.
  static func start(
    _ path: String, manifest: RunManifest, questions: [RunQuestion]
  ) throws -> RunManifest {
    try DurableFile.createFolder(path + "/answers")
    // The manifest comes last: a directory that has one is complete.
    let text = questions.map { $0.json.text() + "\n" }.joined()
    if try !DurableFile.create(questionsPath(path), with: text),
      try readFile(questionsPath(path)) != Array(text.utf8)
    {
      // Left by a process that was killed before its manifest; or another run is being started.
      guard !FileManager.default.fileExists(atPath: manifestPath(path)) else {
        let first = try RunManifest(JSONNode(contentsOf: manifestPath(path)))
        try manifest.checkContinues(first, folder: path)
        return first
      }
      try DurableFile.replace(questionsPath(path), with: text)
    }
    if try DurableFile.create(manifestPath(path), with: manifest.json.text(indented: true)) {
      return manifest
    }
    let first = try RunManifest(JSONNode(contentsOf: manifestPath(path)))
    try manifest.checkContinues(first, folder: path)
    return first
  }
}

extension DurableFile {
  /// Writes a whole file where there is none: readers see it complete or not at all.
  /// - Returns: false where another process was first; its file stays.
  static func create(_ path: String, with text: String) throws(EvaluationError) -> Bool {
    let temporary = "\(path).starting-\(UUID().uuidString)"
    try replace(temporary, with: text)
    defer { unlink(temporary) }
    if link(temporary, path) == 0 { return true }
    guard errno == EEXIST else { throw failure("cannot be created", path) }
    return false
  }
}
