extension ImageDecoder {
  static func decodeJPEG(
    _ bytes: [UInt8], _ structure: JPEGStructure, maxPixels: Int
  ) throws(ImageError) -> DecodedImage {
    let area = try checkedArea(
      width: structure.width, height: structure.height, maxPixels: maxPixels)
    let isCMYK = structure.components == 4
    let samples = try jpegSamples(
      bytes, width: structure.width, height: structure.height, asCMYK: isCMYK)
    let pixels = isCMYK ? rgb(invertedCMYK: samples, area: area) : samples
    let mode =
      switch structure.components {
      case 1: "L"
      case 3: "RGB"
      default: "CMYK"
      }
    return DecodedImage(
      image: RGBImage(trusted: pixels, width: structure.width, height: structure.height),
      format: .jpeg, pillowMode: mode)
  }

  /// Pillow's conversion of CMYK, stored inverted as Adobe does: with q = 255 - K, out = max(q -
  /// mulDiv255(C, q), 0), where mulDiv255(a, b) = ((t >> 8) + t) >> 8 and t = a b + 128.
  private static func rgb(invertedCMYK samples: [UInt8], area: Int) -> [UInt8] {
    [UInt8](capacity: area * 3) { pixels in
      for index in 0..<area {
        let light = Int32(samples[index * 4 + 3])  // the stored value is already 255 - K
        for channel in 0..<3 {
          let product = (255 - Int32(samples[index * 4 + channel])) * light + 128
          pixels.append(UInt8(clamping: light - (((product >> 8) + product) >> 8)))
        }
      }
    }
  }
}
