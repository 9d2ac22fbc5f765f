import DataFormats
import Diagnostics
import Foundation
import Images

/// The form in which images go to the server.
public enum ImageForm: Sendable, Equatable {
  /// The file's own bytes.
  case stored
  /// Decoded and written as PNG: the same pixels, for servers that do not read the stored format.
  case png
  /// Decoded and written as JPEG of a quality, 1 to 100, with chroma halved both ways as Pillow
  /// writes by default.
  case jpeg(quality: Int)
  /// Shrunk to at most this many pixels on the longer side (Pillow's bicubic filter), as PNG;
  /// smaller ones keep their size.
  case resized(longestSide: Int)

  /// - Parameter text: `stored`, `png`, `jpeg:95` or `resized:1024`.
  public init(_ text: String) throws(ServedModelError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    switch (parts[0], parts.count) {
    case ("stored", 1): self = .stored
    case ("png", 1): self = .png
    case ("jpeg", 2):
      guard let quality = Int(parts[1]), (1...100).contains(quality) else {
        throw .usage("--send-images jpeg takes a quality of 1 to 100, not \"\(parts[1])\"")
      }
      self = .jpeg(quality: quality)
    case ("resized", 2):
      guard let side = Int(parts[1]), (1...65_535).contains(side) else {
        throw .usage("--send-images resized takes a side of 1 to 65535, not \"\(parts[1])\"")
      }
      self = .resized(longestSide: side)
    default:
      throw .usage(
        "--send-images takes stored, png, jpeg:QUALITY or resized:SIDE, for example jpeg:95;"
          + " \"\(text)\" is none of them")
    }
  }

  public var description: String {
    switch self {
    case .stored: "stored"
    case .png: "png"
    case .jpeg(let quality): "jpeg:\(quality)"
    case .resized(let side): "resized:\(side)"
    }
  }

  /// A `data:` address of the image.
  /// - Throws: what is wrong with the image; ``ServedModelError`` where no server could read it.
  func dataAddress(_ bytes: [UInt8], name: String) throws -> [UInt8] {
    let (type, contents) = try encoded(bytes, name: name)
    return Array("data:image/\(type);base64,".utf8)
      + [UInt8](Data(contents).base64EncodedData())
  }

  private func encoded(
    _ bytes: [UInt8], name: String
  ) throws -> (type: String, contents: [UInt8]) {
    if self == .stored {
      switch ImageDecoder.recognize(bytes) {
      case .png: return ("png", bytes)
      case .jpeg: return ("jpeg", bytes)
      case .webp: return ("webp", bytes)
      case nil:
        if bytes.starts(with: Array("GIF8".utf8)) { return ("gif", bytes) }
        throw ServedModelError(
          .unsendableImage, "this is neither a PNG, a JPEG, a WebP nor a GIF image",
          reach: .question, at: .init(file: name))
      }
    }
    var image = try ImageDecoder.decode(bytes, name: name).image
    switch self {
    case .jpeg(let quality): return ("jpeg", try image.jpeg(quality: quality))
    case .resized(let side):
      let longest = max(image.width, image.height)
      if longest > side {
        image = try image.resized(
          width: max(1, (image.width * side + longest / 2) / longest),
          height: max(1, (image.height * side + longest / 2) / longest))
      }
      return ("png", try image.png())
    case .png, .stored: return ("png", try image.png())
    }
  }
}
