import Testing

@testable import Images

struct JPEGEncoderTests {
  private func gradient(width: Int, height: Int, isGrey: Bool) throws -> RGBImage {
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        let value = UInt8((x * 255 / max(1, width - 1) + y * 255 / max(1, height - 1)) / 2)
        pixels += isGrey ? [value, value, value] : [value, 255 - value, 40]
      }
    }
    return try #require(RGBImage(width: width, height: height, pixels: pixels))
  }

  @Test(arguments: [(1, 1), (64, 48), (33, 17)], [true, false])
  func `what is read again looks the same`(size: (Int, Int), isGrey: Bool) throws {
    let image = try gradient(width: size.0, height: size.1, isGrey: isGrey)
    let bytes = try JPEGEncoder.encode(image)
    let decoded = try ImageDecoder.decode(bytes, name: "encoded")
    #expect(decoded.image.width == size.0 && decoded.image.height == size.1)
    #expect(decoded.pillowMode == (isGrey ? "L" : "RGB"))
    let largest = zip(image.pixels, decoded.image.pixels).map { abs(Int($0) - Int($1)) }.max()
    #expect(try #require(largest) <= 24)
  }

  @Test(arguments: [
    (3000, 1000, 1500, 1500, 500), (10, 4000, 400, 1, 400), (300, 200, 400, 300, 200),
  ])
  func `an image fits, and a small one stays as it is`(
    width: Int, height: Int, side: Int, fittedWidth: Int, fittedHeight: Int
  ) throws {
    let image = try #require(RGBImage(width: width, height: height, color: (10, 20, 30)))
    let fitted = try image.fitted(within: side)
    #expect(fitted.width == fittedWidth && fitted.height == fittedHeight)
  }
}
