import CTurboJPEG

/// Writes an image as a baseline JPEG, for people to look at.
public enum JPEGEncoder {
  /// The file's bytes; an image without colour is written with one channel.
  /// - Parameters:
  ///   - quality: 1 to 100; 75 keeps small print readable
  /// - Throws: ``ImageError`` `unsuitable-image-size` for a side of more than 65,500 pixels, which
  ///   JPEG cannot have.
  public static func encode(_ image: RGBImage, quality: Int = 75) throws(ImageError) -> [UInt8] {
    guard image.width <= 65_500, image.height <= 65_500 else {
      throw ImageError(
        .unsuitableSize, "a JPEG cannot have \(image.width) x \(image.height) pixels")
    }
    guard let encoder = tjInitCompress() else {
      throw ImageError(.corrupt, "the JPEG encoder could not be started")
    }
    defer { tjDestroy(encoder) }
    // Text in colour needs all of its chroma; grey pages need none.
    let subsampling = isGrey(image) ? TJSAMP_GRAY : TJSAMP_444
    var buffer: UnsafeMutablePointer<UInt8>?
    var count: UInt = 0
    defer { tjFree(buffer) }
    let status = tjCompress2(
      encoder, image.pixels, Int32(image.width), 0, Int32(image.height), Int32(TJPF_RGB.rawValue),
      &buffer, &count, Int32(subsampling.rawValue), Int32(min(max(quality, 1), 100)), 0)
    guard status == 0, let buffer else {
      throw ImageError(
        .corrupt,
        "the JPEG cannot be written: "
          + (tjGetErrorStr2(encoder).map { String(cString: $0) } ?? "no reason given"))
    }
    return Array(UnsafeBufferPointer(start: buffer, count: Int(count)))
  }

  private static func isGrey(_ image: RGBImage) -> Bool {
    image.pixels.withUnsafeBufferPointer { samples in
      for start in stride(from: 0, to: samples.count, by: 3)
      where samples[start] != samples[start + 1] || samples[start] != samples[start + 2] {
        return false
      }
      return true
    }
  }
}

extension RGBImage {
  /// The image scaled down so that neither side is longer than `side`; a smaller one as it is.
  public func fitted(within side: Int) throws(ImageError) -> RGBImage {
    let longest = max(width, height)
    guard longest > side else { return self }
    let scale = Double(side) / Double(longest)
    return try resized(
      width: max(1, Int((Double(width) * scale).rounded())),
      height: max(1, Int((Double(height) * scale).rounded())))
  }
}
