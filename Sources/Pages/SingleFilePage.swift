import DataFormats
import Diagnostics
import Foundation
import Hashing
import Synchronization

/// A page in one file: style, script, data and images stand in it.
///
/// Its policy lets exactly this style and this script be used, by their hashes; data are no script.
struct SingleFilePage {
  let html: String
  let notes: [String]

  /// A browser reads a file of this size; a larger one is a folder's job.
  private static let longest = 200 << 20

  init(_ contents: PageContents, pages: [BenchmarkPage], options: PageOptions) throws {
    let stored = Mutex<[String: [UInt8]]>([:])
    let size = Mutex(0)
    let images = try PageImages(pages, options: options) { path, bytes in
      let total = size.withLock { size in
        size += bytes.count * 4 / 3
        return size
      }
      guard total <= Self.longest else { throw Self.tooLarge }
      stored.withLock { $0[path] = bytes }
    }
    let pictures = stored.withLock { $0 }
    notes = pages.flatMap { page in
      (images.notes[page.name] ?? []).map { "\(page.benchmark.title): \($0)" }
    }
    var data: [[String: Any]] = []
    for page in pages {
      let chunks = page.sampleChunks()
      data.append([
        "id": "data-\(page.name)",
        "json": ScriptData.literal(page.index(images: images, chunkStarts: chunks.map(\.start))),
      ])
      for (number, chunk) in chunks.enumerated() {
        data.append([
          "id": "data-\(page.name)-\(number)", "json": ScriptData.literal(chunk.rows),
        ])
      }
    }
    for path in images.paths {
      data.append([
        "id": path,
        "json": "\"data:image/jpeg;base64,\(Data(pictures[path] ?? []).base64EncodedString())\"",
      ])
    }
    var overview = Overview.index(
      contents, pages: pages, notes: notes, link: { "#section=\($0.name)&" },
      figure: {
        "data:image/svg+xml;base64,"
          + Data(contents.figures[$0].svg.utf8).base64EncodedString()
      })
    overview["style"] = PageAssets.style
    overview["script"] = PageAssets.script
    overview["styleHash"] = Self.hash(PageAssets.style)
    overview["scriptHash"] = Self.hash(PageAssets.script)
    overview["data"] = data
    overview["isSingle"] = true
    html = try PageAssets.library().render(overview, withTemplate: "single") ?? ""
    guard html.utf8.count <= Self.longest else { throw Self.tooLarge }
  }

  private static var tooLarge: PageError {
    PageError(
      .tooLarge,
      """
      this page would be larger than \(longest >> 20) MiB in one file; leave out --single-file, \
      or use --images thumbnails or none
      """
    )
  }

  /// `sha256-…`, as a content security policy names an inline element's text.
  private static func hash(_ text: String) -> String {
    var hasher = SHA256()
    hasher.update(Array(text.utf8))
    return "sha256-" + Data(hasher.digest()).base64EncodedString()
  }
}
