import Diagnostics
import Foundation

extension RunDirectory {
  /// The run at `path`, or, where `path` is a folder of runs, all runs below it at any depth, by
  /// name; renamed old runs are left out, and a run that links lead to several times is one.
  /// - Throws: ``EvaluationError`` `not-a-run` where there is none.
  public static func all(in path: String) throws -> [RunDirectory] {
    try places(in: path).map { try RunDirectory(opening: $0) }
  }

  /// The folders of the runs that ``all(in:)`` opens, whatever is in them: for whoever goes on where
  /// one of them cannot be opened.
  /// - Throws: as ``all(in:)``, but for what is wrong inside a run
  public static func places(in path: String) throws -> [String] {
    // Opening what is not there says so.
    guard FileManager.default.fileExists(atPath: path) else { return [path] }
    let found = try placesBelow(path)
    guard !found.isEmpty else {
      throw EvaluationError(
        .notARun, "there is no run directory here or in any folder below",
        at: Location(file: path))
    }
    return found.map { $0.isEmpty ? path : path + "/" + $0 }
  }

  /// Where the runs lie in a folder, as paths below it, by name; the folder itself is "". Empty
  /// where there is none.
  /// - Throws: ``EvaluationError`` `unreadable-folder` where a folder cannot be looked into: it may
  ///   hold a run, which must not be missing from a table without a word.
  public static func placesBelow(_ path: String) throws(EvaluationError) -> [String] {
    if FileManager.default.fileExists(atPath: manifestPath(path)) { return [""] }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
    else { return [] }
    var walk = Walk(root: path, seen: [Walk.identity(of: path)])
    try walk.descend("")
    try walk.followLinks()
    return walk.found.sorted {
      $0.split(separator: "/").lexicographicallyPrecedes($1.split(separator: "/"))
    }
  }

  /// Goes through folders, each once: links may lead to one by several names, and in circles.
  private struct Walk {
    let root: String
    var seen: Set<String>
    var found: [String] = []
    /// Followed when all folders have been seen, so that a run has its own name.
    var links: [String] = []

    /// The same for all paths to one folder.
    static func identity(of path: String) -> String {
      URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }

    mutating func descend(_ place: String) throws(EvaluationError) {
      let folder = place.isEmpty ? root : root + "/" + place
      let names = try RunDirectory.listing(folder).filter {
        !$0.contains(".before-") && !$0.hasPrefix(".")
      }
      for name in names {
        let inner = place.isEmpty ? name : place + "/" + name
        if Self.isLink("\(folder)/\(name)") { links.append(inner) } else { try visit(inner) }
      }
    }

    mutating func followLinks() throws(EvaluationError) {
      while !links.isEmpty { try visit(links.removeFirst()) }
    }

    private mutating func visit(_ place: String) throws(EvaluationError) {
      let path = root + "/" + place
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
        isFolder.boolValue, seen.insert(Self.identity(of: path)).inserted
      else { return }
      if FileManager.default.fileExists(atPath: RunDirectory.manifestPath(path)) {
        found.append(place)
      } else {
        try descend(place)
      }
    }

    private static func isLink(_ path: String) -> Bool {
      (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil
    }
  }
}
