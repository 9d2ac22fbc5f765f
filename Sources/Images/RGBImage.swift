/// An image of 8-bit red, green and blue samples.
public struct RGBImage: Sendable, Hashable {
  public let width: Int
  public let height: Int
  /// The samples.
  public private(set) var pixels: [UInt8]  // [height, width, 3]

  /// Takes samples as they are; nil unless there are exactly `height * width * 3` of them and both
  /// sides are positive.
  public init?(width: Int, height: Int, pixels: [UInt8]) {
    guard let count = Self.sampleCount(width: width, height: height), pixels.count == count else {
      return nil
    }
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// For samples that are known to fit.
  init(trusted pixels: [UInt8], width: Int, height: Int) {
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// An image of one colour; nil where a side is not positive or the size overflows.
  public init?(width: Int, height: Int, color: (red: UInt8, green: UInt8, blue: UInt8)) {
    guard let count = Self.sampleCount(width: width, height: height) else { return nil }
    self.width = width
    self.height = height
    if color.red == color.green && color.green == color.blue {
      pixels = [UInt8](repeating: color.red, count: count)
    } else {
      pixels = [UInt8](capacity: count) { samples in
        for _ in 0..<count / 3 {
          samples.append(color.red)
          samples.append(color.green)
          samples.append(color.blue)
        }
      }
    }
  }

  /// `height * width * 3`, or nil where a side is not positive or the product overflows.
  static func sampleCount(width: Int, height: Int) -> Int? {
    guard width > 0, height > 0 else { return nil }
    let (area, areaOverflows) = width.multipliedReportingOverflow(by: height)
    let (count, countOverflows) = area.multipliedReportingOverflow(by: 3)
    return areaOverflows || countOverflows ? nil : count
  }

  /// Puts `image` with its upper left corner at (`x`, `y`); what lies outside is cut off.
  public mutating func paste(_ image: RGBImage, x: Int, y: Int) {
    let firstColumn = max(0, -x)
    let lastColumn = min(image.width, width - x)
    guard firstColumn < lastColumn else { return }
    for row in max(0, -y)..<max(max(0, -y), min(image.height, height - y)) {
      let source = (row * image.width + firstColumn) * 3
      let target = ((y + row) * width + x + firstColumn) * 3
      let count = (lastColumn - firstColumn) * 3
      pixels.replaceSubrange(target..<target + count, with: image.pixels[source..<source + count])
    }
  }

  /// The part of `width` times `height` pixels at (`x`, `y`); parts outside of the image are black,
  /// as in Pillow's `crop`.
  public func cropped(x: Int, y: Int, width: Int, height: Int) -> RGBImage? {
    guard var part = RGBImage(width: width, height: height, color: (0, 0, 0)) else { return nil }
    part.paste(self, x: -x, y: -y)
    return part
  }
}
