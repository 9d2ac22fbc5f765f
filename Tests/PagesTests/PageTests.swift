import DataFormats
import Evaluation
import Foundation
import Hashing
import TestSupport
import Testing

@testable import Pages

struct PageTests {
  private static func hostile(_ place: Int, _ sample: Sample) -> Answer? {
    Answer(text: HostileAnswers.texts[place % HostileAnswers.texts.count])
  }

  @Test func `the same runs give the same bytes`() throws {
    let folder = try TemporaryFolder()
    let contents = PageContents(
      title: "Twice", runs: [try PageMaterial.run("docvqa", answer: PageMaterial.right)])
    for name in ["a", "b"] { try Page.write(contents, to: folder.path + "/" + name) }
    let (a, b) = (
      try PageMaterial.files(folder.path + "/a"), try PageMaterial.files(folder.path + "/b")
    )
    #expect(a.count > 5 && a == b)
  }

  @Test func `page.json names every file and no other`() throws {
    let folder = try TemporaryFolder()
    try Page.write(
      PageContents(
        title: "List", runs: [try PageMaterial.run("mme", answer: PageMaterial.right)],
        figures: [PageFigure(title: "Series", svg: "<svg xmlns=\"http://www.w3.org/2000/svg\"/>")]),
      to: folder.path + "/page")
    let named = try JSONNode(contentsOf: folder.path + "/page/page.json")["files"].strings()
    #expect(named == (try PageMaterial.files(folder.path + "/page")).keys.sorted())
  }

  @Test func `an image is written once, however many questions are about it`() throws {
    let folder = try TemporaryFolder()
    let run = try PageMaterial.run("docvqa", answer: PageMaterial.right)
    let images = Set(
      try OpenedData(run.benchmark, path: PageMaterial.samples).samples.compactMap {
        try $0.image.map { SHA256.hexadecimal(of: try $0.load()) }
      })
    try Page.write(
      PageContents(
        title: "Once",
        runs: [
          run,
          try PageMaterial.run("docvqa", model: "second") {
            PageMaterial.right($0, $1)
          },
        ]), to: folder.path + "/page")
    let written = try PageMaterial.files(folder.path + "/page").keys.filter {
      $0.hasPrefix("images/")
    }
    #expect(written.count == images.count && images.count < run.scores.samples.count)
  }

  @Test(arguments: [
    (PageOptions.Images.none, 0), (.thumbnails, 400), (.full, 1600),
  ])
  func `images are as large as was asked`(kind: PageOptions.Images, longest: Int) throws {
    let folder = try TemporaryFolder()
    let run = try PageMaterial.run("infovqa", answer: PageMaterial.right)
    let page = BenchmarkPage([run], names: ["run"])
    let images = try PageImages([page], options: PageOptions(images: kind)) { path, bytes in
      try folder.write(bytes, to: path)
    }
    let sides = page.rows.compactMap { row in
      (try? images.outcomes(of: row.sample, benchmark: "infovqa").first?.get()).flatMap {
        max($0.width, $0.height)
      }
    }
    #expect(sides.count == (kind == .none ? 0 : page.rows.count))
    #expect(sides.allSatisfy { $0 <= longest })
  }

  @Test func `a question about several images shows all of them`() throws {
    let folder = try TemporaryFolder()
    let run = try PageMaterial.run("mmmu", answer: PageMaterial.right)
    let page = BenchmarkPage([run], names: ["run"])
    let images = try PageImages([page], options: PageOptions()) { path, bytes in
      try folder.write(bytes, to: path)
    }
    let counts = page.rows.map { images.outcomes(of: $0.sample, benchmark: "mmmu").count }
    #expect(counts == [1, 2, 3, 1, 1, 1])
    let column = try #require(page.index(images: images, chunkStarts: [0])["image"]?.arrayValue)
    #expect(column.map { $0.arrayValue?.count ?? 1 } == counts)
    // The ledger of May stands alone in one question, and first of two in the next.
    #expect(column[1].arrayValue?.first == column[0])
    #expect(Set(column[2].arrayValue?.compactMap(\.intValue) ?? []).count == 3)
  }

  @Test func `a data folder that is gone is said, and the page is there`() throws {
    let folder = try TemporaryFolder()
    let run = try PageMaterial.run(
      "docvqa", data: "/nowhere/docvqa", answer: PageMaterial.right)
    let page = try Page.write(PageContents(title: "Gone", runs: [run]), to: folder.path + "/page")
    #expect(page.notes.count == 1 && page.notes[0].contains("/nowhere/docvqa"))
    #expect(page.notes[0].contains("--data"))
    let html = try PageMaterial.text(folder.path + "/page", "docvqa.html")
    #expect(html.contains("/nowhere/docvqa"))
    // The advice works.
    let again = try Page.write(
      PageContents(title: "Gone", runs: [run]), to: folder.path + "/page",
      options: PageOptions(dataFolder: PageMaterial.samples))
    #expect(again.notes == [])
  }

  @Test func `no answer can end a script or a line of data`() throws {
    let folder = try TemporaryFolder()
    try Page.write(
      PageContents(
        title: "</title><script>x</script>",
        runs: [try PageMaterial.run("docvqa", model: "<b>", answer: Self.hostile)]),
      to: folder.path + "/page", options: PageOptions(images: .none))
    for (name, bytes) in try PageMaterial.files(folder.path + "/page") {
      let text = String(decoding: bytes, as: UTF8.self)
      if name.hasPrefix("data/") {
        #expect(!text.contains("<") && !text.unicodeScalars.contains("\u{2028}"))
        #expect(!text.unicodeScalars.contains("\u{1B}"))
        // One statement a file.
        #expect(text.utf8.count(where: { $0 == 0x0A }) == 1)
      }
      if name.hasSuffix(".html") {
        #expect(!text.contains("<script>x") && !text.contains("<b>"))
      }
    }
  }

  @Test func `one file carries all, and its policy names exactly its script and style`() throws {
    let folder = try TemporaryFolder()
    let run = try PageMaterial.run("mme", answer: Self.hostile)
    let page = try Page.write(
      PageContents(title: "Small", runs: [run]), to: folder.path + "/small.html")
    #expect(page.file == folder.path + "/small.html" && folder.names == ["small.html"])
    let html = try PageMaterial.text(folder.path, "small.html")
    func element(_ name: String) throws -> String {
      let start = try #require(html.range(of: "<\(name)>", options: .backwards))
      let end = try #require(
        html.range(of: "</\(name)>", range: start.upperBound..<html.endIndex))
      return String(html[start.upperBound..<end.lowerBound])
    }
    for name in ["script", "style"] {
      var hasher = SHA256()
      hasher.update(Array(try element(name).utf8))
      #expect(html.contains("'sha256-\(Data(hasher.digest()).base64EncodedString())'"))
    }
    #expect(!html.contains("http://") || !html.contains("src=\"http"))
    #expect(html.contains("data:image/jpeg;base64,"))
  }

  @Test func `a file that is no page is not overwritten`() throws {
    let folder = try TemporaryFolder()
    try folder.write("<html>mine</html>", to: "mine.html")
    let run = try PageMaterial.run("mme", answer: PageMaterial.right)
    let error = #expect(throws: PageError.self) {
      try Page.write(PageContents(title: "x", runs: [run]), to: folder.path + "/mine.html")
    }
    #expect(error?.code == .occupied)
    #expect(folder.names == ["mine.html"])
  }
}
