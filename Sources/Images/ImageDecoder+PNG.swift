extension ImageDecoder {
  static func decodePNG(
    _ bytes: [UInt8], _ structure: PNGStructure, options: DecodingOptions
  ) throws(ImageError) -> DecodedImage {
    let area = try checkedArea(
      width: structure.width, height: structure.height, maxPixels: options.maxPixels)
    // Deflate shrinks by 1032 at most: a header that declares more than that is lying, and nothing
    // is allocated for it.
    if structure.storedByteCount / 1040 > bytes.count - structure.imageDataOffset {
      throw ImageError(
        .truncated,
        "the PNG declares \(structure.width) x \(structure.height) pixels but holds far less data")
    }
    let bytesPerPixel =
      switch structure.colorType {
      case .rgb, .rgba: 3
      case .gray where structure.bitDepth == 16: 2
      case .gray, .grayAlpha, .palette: 1
      }
    let (samples, damage) = try pngSamples(
      bytes, width: structure.width, height: structure.height, count: area * bytesPerPixel,
      salvaging: options.salvagesDamaged)
    let pixels =
      switch structure.colorType {
      case .rgb, .rgba: samples
      case .gray where structure.bitDepth == 16:
        spread(samples, area: area, clipping16: true, table: identityTable)
      case .gray: spread(samples, area: area, table: grayTable(bitDepth: structure.bitDepth))
      case .grayAlpha: spread(samples, area: area, table: identityTable)
      case .palette: spread(samples, area: area, table: paletteTable(structure.palette))
      }
    return DecodedImage(
      image: RGBImage(trusted: pixels, width: structure.width, height: structure.height),
      format: .png,
      pillowMode: structure.pillowMode, damage: damage)
  }

  /// The RGB samples of values that a table of 256 colours explains.
  ///
  /// - Parameter clipping16: the values are 16-bit big-endian and clipped at 255, as Pillow
  ///   converts `I;16` (it does not shift).
  private static func spread(
    _ values: [UInt8], area: Int, clipping16: Bool = false, table: [UInt8]
  ) -> [UInt8] {
    [UInt8](capacity: area * 3) { pixels in
      for index in 0..<area {
        let value =
          clipping16 ? (values[index * 2] > 0 ? 255 : values[index * 2 + 1]) : values[index]
        let color = Int(value) * 3
        pixels.append(table[color])
        pixels.append(table[color + 1])
        pixels.append(table[color + 2])
      }
    }
  }

  private static let identityTable = grayTable(bitDepth: 8)

  private static func grayTable(bitDepth: Int) -> [UInt8] {
    let largest = (1 << bitDepth) - 1
    return (0..<256).flatMap { value in
      [UInt8](repeating: UInt8(min(value * 255 / largest, 255)), count: 3)
    }
  }

  /// The palette's colours; black for indices beyond its end.
  private static func paletteTable(_ palette: [UInt8]) -> [UInt8] {
    Array(palette.prefix(768)) + [UInt8](repeating: 0, count: max(0, 768 - palette.count))
  }
}
