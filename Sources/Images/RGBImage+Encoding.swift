import CPNG
import CTurboJPEG

extension RGBImage {
  /// The image as a PNG file: 8-bit RGB, no interlacing.
  /// - Throws: ``ImageError`` where memory does not suffice.
  public func png() throws(ImageError) -> [UInt8] {
    var size = 0
    let capacity = cpng_encoded_bound(UInt32(width), UInt32(height))
    guard capacity > 0 else { throw Self.unsuitable(width, height, "a PNG") }
    let file = [UInt8](unsafeUninitializedCapacity: capacity) { file, initialized in
      let status = cpng_encode(
        pixels, UInt32(width), UInt32(height), file.baseAddress, capacity, &size)
      initialized = status == 0 ? size : 0
    }
    guard !file.isEmpty else { throw Self.unsuitable(width, height, "a PNG") }
    return file
  }

  /// The image as a baseline JPEG file with chroma halved both ways, which is what Pillow writes
  /// where nothing else is said.
  /// - Parameter quality: 1 to 100
  public func jpeg(quality: Int) throws(ImageError) -> [UInt8] {
    guard width <= 65_500, height <= 65_500, let encoder = tjInitCompress() else {
      throw Self.unsuitable(width, height, "a JPEG")
    }
    defer { tjDestroy(encoder) }
    let bound = tjBufSize(Int32(width), Int32(height), Int32(TJSAMP_420.rawValue))
    guard bound != UInt.max else { throw Self.unsuitable(width, height, "a JPEG") }
    let file = [UInt8](unsafeUninitializedCapacity: Int(bound)) { file, initialized in
      var place = file.baseAddress
      var size = bound
      let status = tjCompress2(
        encoder, pixels, Int32(width), 0, Int32(height), Int32(TJPF_RGB.rawValue), &place, &size,
        Int32(TJSAMP_420.rawValue), Int32(quality), Int32(TJFLAG_NOREALLOC))
      initialized = status == 0 ? Int(size) : 0
    }
    guard !file.isEmpty else { throw Self.unsuitable(width, height, "a JPEG") }
    return file
  }

  private static func unsuitable(_ width: Int, _ height: Int, _ what: String) -> ImageError {
    ImageError(.unsuitableSize, "an image of \(width) x \(height) cannot be written as \(what)")
  }
}
