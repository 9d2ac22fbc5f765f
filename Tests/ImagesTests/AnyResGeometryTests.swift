import DataFormats
import Foundation
import Images
import Testing

@Suite struct AnyResGeometryTests {
  @Test func everyOfficialRowIsReproduced() throws {
    let table = try JSONNode(
      contentsOf: TestData.fixtures.appendingPathComponent("golden/geometry.json").path)
    let rows = try table["rows"].list()
    #expect(rows.count == 500)
    for row in rows { try expectGeometry(row.list().map { try $0.int() }) }
  }

  @Test func aSmallSquareTakesTheFirstOfTheSmallestCanvases() throws {
    let geometry = try #require(
      AnyResGeometry(width: 100, height: 100, pinpoints: Pinpoints.llavaNeXT, cropSize: 336))
    #expect(geometry.bestResolution == PixelSize(width: 336, height: 672))
    #expect(geometry.grid == (1, 2) && geometry.cropCount == 3)
  }

  @Test func theOrderOfThePinpointsBreaksTies() throws {
    let reversed = Array(Pinpoints.llavaNeXT.prefix(2).reversed())
    let geometry = try #require(
      AnyResGeometry(width: 100, height: 100, pinpoints: reversed, cropSize: 336))
    #expect(geometry.bestResolution == PixelSize(width: 672, height: 336))
  }

  @Test(arguments: [(0, 5), (5, 0), (-3, 4)])
  func anImageWithoutPixelsHasNone(width: Int, height: Int) {
    #expect(
      AnyResGeometry(width: width, height: height, pinpoints: Pinpoints.llavaNeXT, cropSize: 336)
        == nil)
  }

  @Test func withoutCanvasesThereIsNone() {
    #expect(AnyResGeometry(width: 10, height: 10, pinpoints: [], cropSize: 336) == nil)
  }
}

/// Checks a row of w, h, best_w, best_h, resized_w, resized_h, paste_x, paste_y, grid_w, grid_h.
func expectGeometry(_ row: [Int]) throws {
  let geometry = try #require(
    AnyResGeometry(width: row[0], height: row[1], pinpoints: Pinpoints.llavaNeXT, cropSize: 336))
  let actual = [
    row[0], row[1], geometry.bestResolution.width, geometry.bestResolution.height,
    geometry.resized.width, geometry.resized.height,
    geometry.paste.x, geometry.paste.y, geometry.grid.columns, geometry.grid.rows,
  ]
  #expect(actual == row)
}
