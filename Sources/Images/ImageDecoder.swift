import DataFormats
import Diagnostics

/// How an image file is decoded.
public struct DecodingOptions: Sendable {
  /// Pillow refuses an image of more pixels than this as a decompression bomb (twice its
  /// `MAX_IMAGE_PIXELS`).
  public static let pillowMaxPixels = 178_956_970

  /// The largest accepted width times height, checked before anything is allocated.
  public var maxPixels: Int
  /// Turns the image as its EXIF orientation says, as `PIL.ImageOps.exif_transpose`; otherwise the
  /// orientation is ignored, as in the paper's evaluation.
  public var exifTranspose: Bool
  /// Gives a PNG whose compressed data are damaged in the middle as far as it goes, the rest black,
  /// and says so in ``DecodedImage/damage``; otherwise it is an error.
  ///
  /// Pillow's first `load()` of such a file raises, and the image object then holds just these
  /// rows. For looking at files, not for evaluation. A truncated file is an error either way.
  public var salvagesDamaged: Bool

  public init(
    maxPixels: Int = pillowMaxPixels, exifTranspose: Bool = false, salvagesDamaged: Bool = false
  ) {
    self.maxPixels = maxPixels
    self.exifTranspose = exifTranspose
    self.salvagesDamaged = salvagesDamaged
  }
}

/// The file formats that are read.
public enum ImageFormat: String, Sendable {
  case png = "PNG"
  case jpeg = "JPEG"
  case webp = "WEBP"
}

/// A decoded file.
public struct DecodedImage: Sendable {
  public var image: RGBImage
  public var format: ImageFormat
  /// Pillow's name for the kind of samples in the file: `1`, `L`, `I;16`, `LA`, `P`, `RGB`, `RGBA`
  /// or `CMYK`.
  public var pillowMode: String
  /// What is wrong with a file that was salvaged; nil for a sound one.
  public var damage: String?

  public init(image: RGBImage, format: ImageFormat, pillowMode: String, damage: String? = nil) {
    self.image = image
    self.format = format
    self.pillowMode = pillowMode
    self.damage = damage
  }
}

/// Decodes PNG, JPEG and WebP to the samples of Pillow's `Image.open(...).convert("RGB")` (model
/// spec, section 2.1).
public enum ImageDecoder {
  /// Decodes a file that is in memory.
  ///
  /// The format is recognised by content. Alpha is dropped, a palette looked up (its transparency
  /// ignored), 16-bit colour cut to the high byte and 16-bit grey clipped at 255; gamma and colour
  /// profiles are not applied.
  /// - Parameter name: the file name that errors carry.
  /// - Throws: ``ImageError``: unknown or unsupported format, more than `maxPixels` pixels,
  ///   truncated or corrupt data.
  public static func decode(
    _ bytes: [UInt8], name: String, options: DecodingOptions = DecodingOptions()
  )
    throws(ImageError) -> DecodedImage
  {
    do {
      return try decode(bytes, options: options)
    } catch {
      throw ImageError(error.code, error.message, at: Location(file: name), cause: error.cause)
    }
  }

  private static func decode(
    _ bytes: [UInt8], options: DecodingOptions
  ) throws(ImageError) -> DecodedImage {
    if bytes.isEmpty { throw ImageError(.truncated, "the image file is empty") }
    guard let format = recognize(bytes) else { throw unknownFormat(bytes) }
    var decoded: DecodedImage
    let orientation: Int?
    switch format {
    case .png:
      let structure = try PNGStructure(bytes)
      decoded = try decodePNG(bytes, structure, options: options)
      orientation = options.exifTranspose ? structure.orientation(in: bytes) : nil
    case .jpeg:
      let structure = try JPEGStructure(bytes)
      decoded = try decodeJPEG(bytes, structure, maxPixels: options.maxPixels)
      orientation = options.exifTranspose ? structure.metadata.orientation : nil
    case .webp:
      decoded = try decodeWebP(bytes, maxPixels: options.maxPixels)
      orientation = options.exifTranspose ? webPMetadata(bytes).orientation : nil
    }
    if let orientation { decoded.image = decoded.image.oriented(orientation) }
    return decoded
  }

  /// The format that the first bytes show, or nil.
  public static func recognize(_ bytes: [UInt8]) -> ImageFormat? {
    if bytes.starts(with: PNGStructure.signature) { return .png }
    if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
    if bytes.count >= 12, bytes.starts(with: Array("RIFF".utf8)),
      bytes[8..<12].elementsEqual("WEBP".utf8)
    {
      return .webp
    }
    return nil
  }

  private static func unknownFormat(_ bytes: [UInt8]) -> ImageError {
    let others: [(start: [UInt8], name: String)] = [
      (Array("GIF8".utf8), "GIF"), (Array("BM".utf8), "BMP"), ([0x49, 0x49, 0x2A, 0x00], "TIFF"),
      ([0x4D, 0x4D, 0x00, 0x2A], "TIFF"),
      (Array("%PDF".utf8), "PDF"), ([0xFF, 0x4F, 0xFF, 0x51], "JPEG 2000"),
    ]
    if let other = others.first(where: { bytes.starts(with: $0.start) }) {
      return ImageError(
        .unsupportedFormat, "this is a \(other.name) file; convert it to PNG, JPEG or WebP")
    }
    if LargeFilePointer.isPointer(bytes) {
      return ImageError(.unknownFormat, LargeFilePointer.message)
    }
    return ImageError(.unknownFormat, "this is neither a PNG, a JPEG nor a WebP image")
  }

  /// The number of pixels, where it is allowed.
  static func checkedArea(width: Int, height: Int, maxPixels: Int) throws(ImageError) -> Int {
    guard width > 0, height > 0 else {
      throw ImageError(.corrupt, "the image declares a size of \(width) x \(height)")
    }
    let (area, overflows) = width.multipliedReportingOverflow(by: height)
    guard !overflows, area <= maxPixels, area <= Int(Int32.max) else {
      throw ImageError(
        .tooLarge,
        """
        the image declares \(width) x \(height) pixels, more than the limit of \(maxPixels); \
        raise the limit if it is genuine
        """
      )
    }
    return area
  }
}
