extension ImageDecoder {
  /// Decodes a WebP; of an animation the first frame on its transparent canvas, as Pillow does.
  static func decodeWebP(_ bytes: [UInt8], maxPixels: Int) throws(ImageError) -> DecodedImage {
    let features = try webPFeatures(bytes)
    let area = try checkedArea(width: features.width, height: features.height, maxPixels: maxPixels)
    let pixels = try webPFirstFrame(
      bytes, width: features.width, height: features.height, area: area)
    return DecodedImage(
      image: RGBImage(trusted: pixels, width: features.width, height: features.height),
      format: .webp,
      pillowMode: features.hasAlpha ? "RGBA" : "RGB")
  }

  /// The `EXIF` and `XMP ` chunks of the RIFF container.
  static func webPMetadata(_ bytes: [UInt8]) -> ImageMetadata {
    var metadata = ImageMetadata()
    var offset = 12
    while let length = bytes.littleEndian32(at: offset + 4), offset + 8 + length <= bytes.count {
      let data = bytes[offset + 8..<offset + 8 + length]
      if bytes.holds("EXIF", at: offset) && metadata.exif == nil { metadata.exif = Array(data) }
      if bytes.holds("XMP ", at: offset) && metadata.xmp == nil { metadata.xmp = Array(data) }
      offset += 8 + length + length % 2
    }
    return metadata
  }
}
