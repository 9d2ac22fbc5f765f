extension RGBImage {
  /// The image turned upright: what `PIL.ImageOps.exif_transpose` does for an EXIF `orientation` of
  /// 1...8.
  ///
  /// 2 mirrors left to right, 3 turns by 180 degrees, 4 mirrors top to bottom, 5 transposes, 6
  /// turns clockwise, 7 transposes along the other diagonal, 8 turns counter-clockwise. Any other
  /// value gives the image itself.
  public func oriented(_ orientation: Int) -> RGBImage {
    guard (2...8).contains(orientation) else { return self }
    let transposes = orientation >= 5
    let outputWidth = transposes ? height : width
    let outputHeight = transposes ? width : height
    // The source of output pixel (x, y) is `origin + x * alongX + y * alongY`, counted in pixels.
    let lastColumn = width - 1
    let lastRow = (height - 1) * width
    let (origin, alongX, alongY): (Int, Int, Int) =
      switch orientation {
      case 2: (lastColumn, -1, width)
      case 3: (lastRow + lastColumn, -1, -width)
      case 4: (lastRow, 1, -width)
      case 5: (0, width, 1)
      case 6: (lastRow, -width, 1)
      case 7: (lastRow + lastColumn, -width, -1)
      default: (lastColumn, width, -1)
      }
    var turned = [UInt8](repeating: 0, count: pixels.count)
    var target = 0
    for y in 0..<outputHeight {
      var source = (origin + y * alongY) * 3
      for _ in 0..<outputWidth {
        turned[target] = pixels[source]
        turned[target + 1] = pixels[source + 1]
        turned[target + 2] = pixels[source + 2]
        target += 3
        source += alongX * 3
      }
    }
    return RGBImage(trusted: turned, width: outputWidth, height: outputHeight)
  }
}
