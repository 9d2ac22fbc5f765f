import Images
import Testing

@Suite struct ResizeTests {
  struct Case: CustomTestStringConvertible {
    var from: PixelSize
    var to: PixelSize
    var testDescription: String { "\(from) to \(to)" }

    init(_ fromWidth: Int, _ fromHeight: Int, _ toWidth: Int, _ toHeight: Int) {
      from = PixelSize(width: fromWidth, height: fromHeight)
      to = PixelSize(width: toWidth, height: toHeight)
    }
  }

  static let cases: [Case] = [
    Case(1, 1, 1, 1), Case(1, 1, 7, 5), Case(7, 5, 1, 1), Case(1, 9, 4, 3), Case(9, 1, 3, 4),
    Case(2, 2, 3, 3), Case(3, 2, 2, 3),
    Case(5, 5, 5, 9), Case(5, 5, 9, 5), Case(5, 4, 336, 336), Case(17, 31, 16, 32),
    Case(31, 17, 33, 15), Case(64, 64, 21, 21),
    Case(65, 63, 22, 64), Case(100, 3, 7, 2), Case(3, 100, 2, 7), Case(333, 217, 336, 219),
    Case(129, 77, 128, 76),
    Case(640, 11, 33, 11), Case(640, 9, 9, 9), Case(11, 640, 11, 33), Case(700, 500, 336, 240),
    Case(1000, 6, 3, 6), Case(45, 33, 336, 247),
    Case(400, 301, 101, 75), Case(8, 8, 4, 4), Case(16, 16, 8, 8), Case(22, 22, 21, 21),
    Case(2000, 2, 1, 1), Case(1023, 13, 64, 64),
  ]

  @Test(arguments: ResizeKernel.allCases.filter(\.isSupported), cases)
  func everyKernelGivesTheBitsOfTheReference(kernel: ResizeKernel, size: Case) throws {
    let image = try #require(
      RGBImage.noise(width: size.from.width, height: size.from.height, seed: 7))
    let resized = try image.resized(width: size.to.width, height: size.to.height, kernel: kernel)
    #expect(resized.width == size.to.width && resized.height == size.to.height)
    #expect(resized.pixels == referenceResize(image, width: size.to.width, height: size.to.height))
  }

  @Test(arguments: ResizeKernel.allCases.filter(\.isSupported))
  func randomSizesGiveTheBitsOfTheReference(kernel: ResizeKernel) throws {
    var generator = SeededGenerator(state: 99)
    for round in 0..<150 {
      let sides = (0..<4).map { _ in
        Int.random(in: 1...(round % 3 == 0 ? 12 : 90), using: &generator)
      }
      let image = try #require(
        RGBImage.noise(width: sides[0], height: sides[1], seed: UInt64(round)))
      let resized = try image.resized(width: sides[2], height: sides[3], kernel: kernel)
      #expect(
        resized.pixels == referenceResize(image, width: sides[2], height: sides[3]), "\(sides)")
    }
  }

  @Test(
    arguments: ResizeKernel.allCases.filter(\.isSupported),
    [Case(30, 50, 336, 560), Case(50, 30, 90, 54), Case(200, 40, 50, 10), Case(40, 40, 40, 9)])
  func aPartOfAResizeEqualsThePartOfTheWhole(kernel: ResizeKernel, size: Case) throws {
    let image = try #require(
      RGBImage.noise(width: size.from.width, height: size.from.height, seed: 3))
    let whole = try image.resized(width: size.to.width, height: size.to.height, kernel: kernel)
    for (x, y, width, height) in [
      (0, 0, 3, 4), (5, 2, 20, 5), (size.to.width - 9, size.to.height - 6, 9, 6),
      (0, 1, size.to.width, 2),
    ] {
      let part = try image.resized(
        width: size.to.width, height: size.to.height, columns: x..<x + width, rows: y..<y + height,
        kernel: kernel)
      #expect(part == whole.cropped(x: x, y: y, width: width, height: height))
    }
  }

  @Test func theSameSizeGivesTheImageItself() throws {
    let image = try #require(RGBImage.noise(width: 13, height: 8, seed: 1))
    #expect(try image.resized(width: 13, height: 8) == image)
  }

  @Test func oneColourStaysThatColour() throws {
    for value: UInt8 in [0, 1, 127, 254, 255] {
      let image = try #require(RGBImage(width: 37, height: 23, color: (value, value, value)))
      #expect(try image.resized(width: 91, height: 11).pixels.allSatisfy { $0 == value })
    }
  }

  @Test(arguments: [(0, 5), (5, 0), (-1, 5), (1 << 40, 5), (1 << 20, 1 << 20)])
  func impossibleSizesAreErrors(width: Int, height: Int) throws {
    let image = try #require(RGBImage.noise(width: 4, height: 4, seed: 1))
    #expect(throws: ImageError.self) { try image.resized(width: width, height: height) }
  }
}
