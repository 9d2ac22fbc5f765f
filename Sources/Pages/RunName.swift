import Evaluation
import Foundation

/// What runs are called on a page.
enum RunName {
  /// A name for each; where two would be alike, their folders are added.
  static func distinct(_ runs: [PageRun]) -> [String] {
    let names = runs.map { run in
      run.name ?? run.scores.manifest.name.map(single) ?? derived(run.scores.manifest)
    }
    guard Set(names).count < names.count else { return names }
    let folders = folders(runs.map(\.scores.directory))
    let full = zip(names, folders).map { name, folder in
      names.count(where: { $0 == name }) > 1 ? "\(name) · \(folder)" : name
    }
    guard Set(full).count < full.count else { return full }
    return full.enumerated().map { "\($1) (\($0 + 1))" }
  }

  /// Older versions called a run `baseline baseline` where folder and method have one name.
  private static func single(_ name: String) -> String {
    let words = name.split(separator: " ")
    return words.count == 2 && words[0] == words[1] ? String(words[0]) : name
  }

  /// The model and its method: `llava-vicuna-7b 3fa1c2d4, proxyv`.
  private static func derived(_ manifest: RunManifest) -> String {
    let model = manifest.model
    let kind = [model["type"] ?? model["kind"], model["content"].map { String($0.prefix(8)) }]
      .compactMap { $0 }.joined(separator: " ")
    return [kind, model["method"] ?? ""].filter { !$0.isEmpty }.joined(separator: ", ")
  }

  /// The parts of paths in which they differ.
  private static func folders(_ paths: [String]) -> [String] {
    let parts = paths.map { path in
      URL(fileURLWithPath: path).standardizedFileURL.pathComponents
    }
    guard let shortest = parts.map(\.count).min() else { return paths }
    func isShared(_ part: (([String]) -> String)) -> Bool { Set(parts.map(part)).count == 1 }
    var start = 0
    while start < shortest - 1, isShared({ $0[start] }) { start += 1 }
    var end = 0
    while end < shortest - start - 1, isShared({ $0[$0.count - 1 - end] }) { end += 1 }
    return parts.map { $0[start..<($0.count - end)].joined(separator: "/") }
  }
}
