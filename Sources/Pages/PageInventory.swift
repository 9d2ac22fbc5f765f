import DataFormats
import Foundation

/// `page.json`: the files of a page, so that the next one replaces these and nothing else.
enum PageInventory {
  static let name = "page.json"

  static func json(_ files: [String]) -> JSONValue {
    [
      "made_by": "proxyv-eval", "format_version": 1,
      "files": .array(
        (files + [name]).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
          .map { .string($0) }),
    ]
  }

  /// A file in a folder that no page put there; nil for an empty folder, and for a page.
  static func stranger(in folder: String) -> String? {
    let files = files(in: folder)
    guard let first = files.first else { return nil }
    guard let inventory = try? JSONNode(contentsOf: folder + "/" + name),
      inventory.value["made_by"] == "proxyv-eval",
      let known = try? inventory["files"].strings()
    else { return first }
    let names = Set(known.map { Array($0.utf8) })
    return files.first { !names.contains(Array($0.utf8)) }
  }

  /// Everything below a folder that is no folder, sorted. An empty folder is no content.
  private static func files(in folder: String) -> [String] {
    var files: [String] = []
    var open = [""]
    while let current = open.popLast() {
      let path = current.isEmpty ? folder : folder + "/" + current
      for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
        let file = current.isEmpty ? name : current + "/" + name
        let attributes = try? FileManager.default.attributesOfItem(atPath: folder + "/" + file)
        if attributes?[.type] as? FileAttributeType == .typeDirectory {
          open.append(file)
        } else {
          files.append(file)
        }
      }
    }
    return files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
