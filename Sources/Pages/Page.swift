import DataFormats
import Diagnostics
import Foundation
import Hashing

/// Writes runs as a static site that opens from the file system, without a server or a network.
///
/// ```
/// index.html          scores, ledger, profiles' differences, what answered
/// docvqa.html …       one page per benchmark: all its samples, filtered, sorted, side by side
/// data/docvqa/        index.js with the columns that lists need, samples-N.js with the texts
/// images/             every image once, named by its content
/// figures/            drawings
/// assets/             the style and the script
/// page.json           the list of these files
/// ```
/// The same runs give the same bytes.
public enum Page {
  /// Writes a page to a folder, or, where `output` ends in `.html`, to that file.
  ///
  ///     let run = PageRun(try RunAnswers(directory), benchmark: DocVQA(), profile: .lmmsEval)
  ///     try Page.write(PageContents(title: "Tonight", runs: [run]), to: "page")
  ///
  /// - Returns: the file to open, and what a reader should know: images that are not there.
  /// - Throws: ``PageError``: nothing to show, something else in the place of the page, a full
  ///   disk; nothing half-written is left under the page's name.
  @discardableResult
  public static func write(
    _ contents: PageContents, to output: String, options: PageOptions = PageOptions()
  ) throws -> (file: String, notes: [String]) {
    guard !contents.runs.isEmpty || !contents.tables.isEmpty || contents.verdict != nil else {
      throw PageError(.nothingToShow, "there is no run to show")
    }
    let isFile = output.lowercased().hasSuffix(".html")
    var options = options
    if isFile { options.isSingleFile = true }
    let pages = BenchmarkPage.pages(of: contents.runs)
    var folder = try PageFolder(for: output)
    let notes: [String]
    if options.isSingleFile {
      let single = try SingleFilePage(contents, pages: pages, options: options)
      notes = single.notes
      try folder.writer("index.html", Array(single.html.utf8))
      if isFile {
        try folder.placeFile("index.html")
      } else {
        try folder.writer(
          PageInventory.name, Array(PageInventory.json(["index.html"]).text(indented: true).utf8))
        try folder.place()
      }
    } else {
      notes = try writeSite(contents, pages: pages, options: options, write: folder.writer)
      try folder.place()
    }
    return (isFile ? output : output + "/index.html", notes)
  }

  /// A page in one file as text, for whoever writes it elsewhere.
  /// - Throws: ``PageError`` `page-too-large`
  public static func text(
    _ contents: PageContents, options: PageOptions = PageOptions()
  ) throws -> String {
    try SingleFilePage(
      contents, pages: BenchmarkPage.pages(of: contents.runs), options: options
    ).html
  }

  private static func writeSite(
    _ contents: PageContents, pages: [BenchmarkPage], options: PageOptions,
    write: @escaping @Sendable (String, [UInt8]) throws -> Void
  ) throws -> [String] {
    var files: [String] = []
    func put(_ name: String, _ text: String) throws {
      try write(name, Array(text.utf8))
      files.append(name)
    }
    let images = try PageImages(pages, options: options, write: write)
    files += images.paths
    let library = try PageAssets.library()
    for page in pages {
      let chunks = page.sampleChunks()
      for (number, chunk) in chunks.enumerated() {
        try put(
          "data/\(page.name)/samples-\(number).js",
          ScriptData.call("samples", [.string(page.name), .integer(number), chunk.rows]))
      }
      let index = page.index(images: images, chunkStarts: chunks.map(\.start))
      try put("data/\(page.name)/index.js", ScriptData.call("section", [index]))
      try put(
        "\(page.name).html",
        library.render(
          Overview.benchmark(page, of: contents, notes: images.notes[page.name] ?? []),
          withTemplate: "benchmark") ?? "")
    }
    for (number, figure) in contents.figures.enumerated() {
      try put("figures/figure-\(number + 1).svg", figure.svg)
    }
    try put("assets/page.css", PageAssets.style)
    try put("assets/page.js", PageAssets.script)
    let notes = pages.flatMap { page in
      (images.notes[page.name] ?? []).map { "\(page.benchmark.title): \($0)" }
    }
    let overview = Overview.index(
      contents, pages: pages, notes: notes, link: { $0.name + ".html#" },
      figure: { "figures/figure-\($0 + 1).svg" })
    try put("index.html", library.render(overview, withTemplate: "index") ?? "")
    try write(
      PageInventory.name, Array(PageInventory.json(files).text(indented: true).utf8))
    return notes
  }
}
