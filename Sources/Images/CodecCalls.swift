import CPNG
import CTurboJPEG
import CWebP

// The only calls of the codecs' C functions. Every buffer's size is computed here from numbers that
// the callers have checked.

extension ImageDecoder {
  /// The samples of a PNG as ``cpng_decode`` lays them out; with `salvaging` zeros from a damaged
  /// row on, and the damage in words.
  static func pngSamples(
    _ bytes: [UInt8], width: Int, height: Int, count: Int, salvaging: Bool
  )
    throws(ImageError) -> (samples: [UInt8], damage: String?)
  {
    var status = CPNG_FAILED
    var message = [CChar](repeating: 0, count: 160)
    let samples = [UInt8](unsafeUninitializedCapacity: count) { samples, initialized in
      if salvaging { samples.initialize(repeating: 0) }
      status = cpng_decode(
        bytes, bytes.count, UInt32(width), UInt32(height), samples.baseAddress, count, &message,
        message.count)
      initialized = salvaging || status == CPNG_DECODED ? count : 0
    }
    switch status {
    case CPNG_DECODED: return (samples, nil)
    case CPNG_DAMAGED where salvaging: return (samples, "the PNG is damaged: \(text(message))")
    case CPNG_TRUNCATED: throw ImageError(.truncated, "the PNG is truncated")
    default: throw ImageError(.corrupt, "the PNG cannot be decoded: \(text(message))")
    }
  }

  /// A zlib stream's contents, at most `longest` bytes; nil where it is broken or longer.
  static func inflated(_ bytes: [UInt8], longest: Int) -> [UInt8]? {
    var status: Int32 = -1
    let contents = [UInt8](unsafeUninitializedCapacity: longest) { target, initialized in
      status = cpng_inflate(bytes, bytes.count, target.baseAddress, longest, &initialized)
      if status != 0 { initialized = 0 }
    }
    return status == 0 ? contents : nil
  }

  /// RGB samples, or the four stored values of CMYK. The accurate integer transform and smooth
  /// chroma upsampling are libjpeg's defaults and what Pillow uses.
  static func jpegSamples(
    _ bytes: [UInt8], width: Int, height: Int, asCMYK: Bool
  ) throws(ImageError) -> [UInt8] {
    guard let decoder = tjInitDecompress() else {
      throw ImageError(.corrupt, "the JPEG decoder could not be started")
    }
    defer { tjDestroy(decoder) }
    var declaredWidth: Int32 = 0
    var declaredHeight: Int32 = 0
    var subsampling: Int32 = 0
    var colorspace: Int32 = 0
    // The status is not asked: the call also fails for unusual chroma subsampling, which decodes
    // well, after having told the size.
    _ = tjDecompressHeader3(
      decoder, bytes, UInt(bytes.count), &declaredWidth, &declaredHeight, &subsampling, &colorspace)
    guard Int(declaredWidth) == width, Int(declaredHeight) == height else {
      throw ImageError(.corrupt, "the JPEG cannot be decoded: \(text(of: decoder))")
    }
    let format = asCMYK ? Int32(TJPF_CMYK.rawValue) : Int32(TJPF_RGB.rawValue)
    let count = width * height * (asCMYK ? 4 : 3)
    var status: Int32 = -1
    let samples = [UInt8](unsafeUninitializedCapacity: count) { samples, initialized in
      status = tjDecompress2(
        decoder, bytes, UInt(bytes.count), samples.baseAddress, Int32(width), 0, Int32(height),
        format, Int32(TJFLAG_LIMITSCANS))
      initialized = count
    }
    if status != 0 {
      let reason = text(of: decoder)
      if reason.contains("Premature end of JPEG file") {
        throw ImageError(.truncated, "the JPEG is truncated")
      }
      // Other warnings (extra bytes, damaged blocks) still give an image, which Pillow accepts as
      // well.
      if tjGetErrorCode(decoder) != Int32(TJERR_WARNING.rawValue) {
        throw ImageError(.corrupt, "the JPEG cannot be decoded: \(reason)")
      }
    }
    return samples
  }

  static func webPFeatures(
    _ bytes: [UInt8]
  ) throws(ImageError) -> (width: Int, height: Int, hasAlpha: Bool) {
    var features = WebPBitstreamFeatures()
    switch WebPGetFeatures(bytes, bytes.count, &features) {
    case VP8_STATUS_OK: return (Int(features.width), Int(features.height), features.has_alpha != 0)
    case VP8_STATUS_NOT_ENOUGH_DATA: throw ImageError(.truncated, "the WebP is truncated")
    default: throw ImageError(.corrupt, "the WebP's header is damaged")
    }
  }

  /// The first frame's RGB samples.
  static func webPFirstFrame(
    _ bytes: [UInt8], width: Int, height: Int, area: Int
  ) throws(ImageError) -> [UInt8] {
    let pixels: [UInt8]? = bytes.withUnsafeBufferPointer { file in
      var data = WebPData(bytes: file.baseAddress, size: file.count)
      var options = WebPAnimDecoderOptions()
      guard WebPAnimDecoderOptionsInit(&options) != 0 else { return nil }
      options.color_mode = MODE_RGBA
      guard let decoder = WebPAnimDecoderNew(&data, &options) else { return nil }
      defer { WebPAnimDecoderDelete(decoder) }
      var information = WebPAnimInfo()
      guard WebPAnimDecoderGetInfo(decoder, &information) != 0,
        Int(information.canvas_width) == width,
        Int(information.canvas_height) == height
      else { return nil }
      var frame: UnsafeMutablePointer<UInt8>?
      var timestamp: Int32 = 0
      guard WebPAnimDecoderGetNext(decoder, &frame, &timestamp) != 0, let frame else { return nil }
      return [UInt8](unsafeUninitializedCapacity: area * 3) { pixels, initialized in
        for index in 0..<area {
          pixels[index * 3] = frame[index * 4]
          pixels[index * 3 + 1] = frame[index * 4 + 1]
          pixels[index * 3 + 2] = frame[index * 4 + 2]
        }
        initialized = area * 3
      }
    }
    guard let pixels else { throw ImageError(.corrupt, "the WebP is truncated or damaged") }
    return pixels
  }

  private static func text(_ message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func text(of decoder: tjhandle) -> String {
    tjGetErrorStr2(decoder).map { String(cString: $0) } ?? "no reason given"
  }
}
