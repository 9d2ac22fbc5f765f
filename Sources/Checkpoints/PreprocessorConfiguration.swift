import DataFormats
import Foundation

/// What `preprocessor_config.json` says about normalisation; CLIP's values where there is no file
/// or key.
public struct PreprocessorConfiguration: Sendable, Hashable {
  /// Per channel R, G, B, of values scaled to 0...1.
  public var mean: [Float]
  public var standardDeviation: [Float]
  /// What one step of a stored channel value is worth, 1/255.
  public var rescaleFactor: Double
  /// Pixels per side that the shorter edge is resized to and the crop has.
  public var cropSize: Int

  /// CLIP's values for a tower with crops of `cropSize` pixels.
  public static func clip(cropSize: Int) -> PreprocessorConfiguration {
    PreprocessorConfiguration(
      mean: [0.48145466, 0.4578275, 0.40821073],
      standardDeviation: [0.26862954, 0.26130258, 0.27577711],
      rescaleFactor: 1.0 / 255.0,
      cropSize: cropSize)
  }

  init(mean: [Float], standardDeviation: [Float], rescaleFactor: Double, cropSize: Int) {
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.rescaleFactor = rescaleFactor
    self.cropSize = cropSize
  }

  /// Reads the file of a tower's (or a Hugging Face checkpoint's) folder.
  /// - Throws: ``CheckpointError`` or ``DataFormatError`` naming file and key: wrong values,
  ///   another filter than bicubic, a size that is not the tower's.
  public init(folder: String, tower: CLIPConfiguration) throws {
    self = .clip(cropSize: tower.imageSize)
    guard let reader = try Self.reader(folder) else { return }
    for key in ["do_resize", "do_rescale", "do_normalize"]
    where try !reader.bool(key, default: true) {
      throw reader.unsupported(key, "images without this step are not supported")
    }
    mean = try Self.channels(reader, "image_mean", default: mean) { _ in true }
    standardDeviation = try Self.channels(reader, "image_std", default: standardDeviation) {
      $0 > 0
    }
    rescaleFactor = try reader.double("rescale_factor", default: rescaleFactor, in: 1e-9...1)
    guard try reader.int("resample", default: 3, in: 0...5) == 3 else {
      throw reader.unsupported("resample", "only bicubic (3) is supported")
    }
    for key in ["crop_size", "size"] {
      guard let size = try Self.side(reader, key), size != tower.imageSize else { continue }
      throw reader.invalid(key, "\(size) differs from the tower's image_size \(tower.imageSize)")
    }
  }

  /// The image processor's object: a file of its own, or since transformers 5 a part of
  /// `processor_config.json`.
  private static func reader(_ folder: String) throws -> ConfigurationReader? {
    let path = folder + "/preprocessor_config.json"
    if FileManager.default.fileExists(atPath: path) {
      return try ConfigurationReader(JSONNode(contentsOf: path))
    }
    let processor = folder + "/processor_config.json"
    guard FileManager.default.fileExists(atPath: processor) else { return nil }
    return try ConfigurationReader(JSONNode(contentsOf: processor)).object("image_processor")
  }

  private static func channels(
    _ reader: ConfigurationReader, _ key: String, default values: [Float],
    _ isValid: (Float) -> Bool
  ) throws -> [Float] {
    guard let node = try reader.node.optional(key) else { return values }
    let found = try node.list().map { Float(try $0.double()) }
    guard found.count == 3, found.allSatisfy({ $0.isFinite && isValid($0) }) else {
      throw reader.invalid(key, "three values for R, G, B are needed, found \(found)")
    }
    return found
  }

  /// An integer, or the side that an object with `shortest_edge` or equal `height` and `width`
  /// states.
  private static func side(_ reader: ConfigurationReader, _ key: String) throws -> Int? {
    guard let node = try reader.node.optional(key) else { return nil }
    let pixels = ConfigurationReader.Bounds.pixels
    if node.value.intValue != nil { return try reader.int(key, default: 0, in: pixels) }
    let object = try ConfigurationReader(node)
    if let edge = try object.optionalInt("shortest_edge", in: pixels) { return edge }
    guard let height = try object.optionalInt("height", in: pixels),
      let width = try object.optionalInt("width", in: pixels)
    else { return nil }
    guard height == width else {
      throw reader.unsupported(key, "only square crops are supported, found \(width)x\(height)")
    }
    return height
  }
}
