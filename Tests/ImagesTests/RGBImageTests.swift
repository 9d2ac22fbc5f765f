import Images
import Testing

@Suite struct RGBImageTests {
  @Test func theSampleCountMustFitTheSize() {
    #expect(RGBImage(width: 2, height: 2, pixels: [UInt8](repeating: 0, count: 12)) != nil)
    #expect(RGBImage(width: 2, height: 2, pixels: [UInt8](repeating: 0, count: 11)) == nil)
    #expect(RGBImage(width: 0, height: 2, pixels: []) == nil)
    #expect(RGBImage(width: .max, height: 2, pixels: []) == nil)
  }

  @Test func pastingCutsOffWhatLiesOutside() throws {
    var canvas = try #require(RGBImage(width: 3, height: 2, color: (1, 2, 3)))
    let image = try #require(RGBImage(width: 2, height: 2, pixels: Array(10..<22)))
    canvas.paste(image, x: 2, y: -1)
    #expect(canvas.pixels == [1, 2, 3, 1, 2, 3, 16, 17, 18, 1, 2, 3, 1, 2, 3, 1, 2, 3])
    let before = canvas
    canvas.paste(image, x: 5, y: 0)
    canvas.paste(image, x: 0, y: -9)
    #expect(canvas == before)
  }

  @Test func aCropBeyondTheEdgeIsBlackThere() throws {
    let image = try #require(RGBImage(width: 2, height: 1, pixels: [1, 2, 3, 4, 5, 6]))
    #expect(
      image.cropped(x: 1, y: 0, width: 2, height: 2)?.pixels == [
        4, 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      ])
    #expect(image.cropped(x: 0, y: 0, width: 0, height: 2) == nil)
  }

  /// A picture of two rows `a b c / d e f` under each orientation.
  @Test(arguments: [
    (1, 3, "abcdef"), (2, 3, "cbafed"), (3, 3, "fedcba"), (4, 3, "defabc"), (5, 2, "adbecf"),
    (6, 2, "daebfc"), (7, 2, "fcebda"),
    (8, 2, "cfbead"), (9, 3, "abcdef"), (0, 3, "abcdef"),
  ])
  func orientationsTurnAndMirror(orientation: Int, width: Int, letters: String) throws {
    let image = try #require(
      RGBImage(width: 3, height: 2, pixels: "abcdef".utf8.flatMap { [$0, 0, 1] }))
    let turned = image.oriented(orientation)
    #expect(turned.width == width)
    #expect(turned.pixels == letters.utf8.flatMap { [$0, 0, 1] })
  }
}
