import DataFormats
import Diagnostics
import Images
import Testing

@Suite struct PinpointsTests {
  @Test(arguments: [
    "[[336, 672], [672, 336], [672, 672], [1008, 336], [336, 1008]]",
    "\"[(336, 672), (672, 336), (672, 672), (1008, 336), (336, 1008)]\"",
    "\"[[336,672],[672,336],[672,672],[1008,336],[336,1008],]\"",
    "\"((336, 672), (672, 336), (672, 672), (1008, 336), (336, 1008))\"",
  ])
  func listsAndPythonLiteralsAreRead(json: String) throws {
    #expect(try Pinpoints.parse(JSONValue.parse(json), cropSize: 336) == Pinpoints.llavaNeXT)
  }

  @Test func aGridRangeGivesAllGridsColumnsOutside() throws {
    let sizes = try Pinpoints.parse("(1x1),...,(2x3)", cropSize: 100)
    let expected = [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)].map {
      PixelSize(width: $0.0 * 100, height: $0.1 * 100)
    }
    #expect(sizes == expected)
    #expect(try Pinpoints.parse("(2x2)", cropSize: 336) == [PixelSize(width: 672, height: 672)])
  }

  @Test(arguments: [
    "[]", "\"[]\"", "\"[(336, 672\"", "\"[(336, 672), 5]\"", "\"__import__('os')\"",
    "\"(336, 672)\"", "[[336]]", "[[336, \"672\"]]", "[[0, 336]]",
    "[[-336, 336]]", "[[336, 500]]", "\"(2x2),...,(1x1)\"", "\"(1x1),...,(999x999)\"", "\"axb\"",
    "{}", "7", "[[99999999999, 336]]",
  ])
  func anythingElseIsAnErrorThatNamesTheKey(json: String) throws {
    let value = try JSONValue.parse(json)
    let error = try #require(throws: ImageError.self) { try Pinpoints.parse(value, cropSize: 336) }
    #expect(error.code == .invalidConfiguration && error.message.contains("image_grid_pinpoints"))
  }

  @Test func theErrorNamesTheFile() throws {
    let node = JSONNode(
      try JSONValue.parse("[[1]]"), file: "config.json", path: "image_grid_pinpoints")
    let error = try #require(throws: ImageError.self) { try Pinpoints.parse(node, cropSize: 336) }
    #expect(render(error).hasPrefix("config.json: image_grid_pinpoints: "))
  }
}
