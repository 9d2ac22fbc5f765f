public import DataFormats
import Diagnostics
import Hashing
import OrderedCollections

/// The facts about an image's decoding and preprocessing that two implementations can compare:
/// sizes and SHA-256 hashes.
public struct ImageInspection: Sendable {
  /// The preprocessing; its aspect mode is replaced by each inspected one.
  public var configuration: PreprocessingConfiguration
  /// The positions at which the reference data lists normalised values: spread over a crop, its
  /// corners included.
  public static let referenceSampleIndices = [
    0, 1, 336, 1783, 18807, 40331, 44517, 76274, 86321, 94299, 96548, 101_662, 102_633, 112_896,
    115_696, 158_483, 169_271, 195_860,
    211_712, 225_792, 231_723, 243_676, 262_715, 269_957, 276_526, 278_140, 282_347, 295_862,
    303_875, 309_094, 320_027, 338_687,
  ]

  /// Flat positions in a crop's `[3, size, size]` values that are listed as `sample_values`; none
  /// by default.
  public var sampleIndices: [Int]

  public init(
    configuration: PreprocessingConfiguration = PreprocessingConfiguration(),
    sampleIndices: [Int] = []
  ) {
    self.configuration = configuration
    self.sampleIndices = sampleIndices
  }

  /// One file under several modes: `file`, `pillow_mode`, `size` (width, height),
  /// `decoded_rgb_sha256` and one object per mode.
  ///
  /// Where a mode cannot take the image, its object holds `aspect` and `error` and the others are
  /// still given.
  public func report(
    _ decoded: DecodedImage, file: String, aspects: [AspectMode] = AspectMode.allCases
  ) -> JSONValue {
    var report: OrderedDictionary<String, JSONValue> = [
      "file": .string(file),
      "format": .string(decoded.format.rawValue),
      "pillow_mode": .string(decoded.pillowMode),
      "size": Self.pair(decoded.image.width, decoded.image.height),
      "decoded_rgb_sha256": Self.hash(decoded.image),
    ]
    if let damage = decoded.damage { report["damage"] = .string(damage) }
    for aspect in aspects {
      do {
        report[aspect.rawValue] = try self.report(decoded.image, aspect: aspect)
      } catch {
        report[aspect.rawValue] = [
          "aspect": .string(aspect.rawValue), "error": .string(render(error)),
        ]
      }
    }
    return .object(report)
  }

  /// One mode: `tensor_shape`, the mode's sizes, and the hashes of its steps and results.
  ///
  /// `..._uint8_...` hash samples in the order height, width, channel;
  /// `pixel_values_f32_chw_sha256` little-endian floats in the order channel, height, width; lists
  /// follow the crops.
  /// - Throws: ``ImageError`` as ``ImagePreprocessor/preprocess(_:)``.
  public func report(_ image: RGBImage, aspect: AspectMode) throws(ImageError) -> JSONValue {
    var configuration = configuration
    configuration.aspect = aspect
    let preprocessor = try ImagePreprocessor(configuration)
    let stages = try preprocessor.stages(of: image)
    let values = preprocessor.normalized(stages.crops)
    let side = configuration.cropSize
    let valuesPerCrop = 3 * side * side

    let shape = (aspect == .anyres ? [1, stages.crops.count] : [1]) + [3, side, side]
    var report: OrderedDictionary<String, JSONValue> = [
      "aspect": .string(aspect.rawValue),
      "tensor_shape": .array(shape.map { .integer($0) }),
    ]
    if let geometry = stages.geometry, let resized = stages.resized, let padded = stages.padded {
      report["best_resolution"] = Self.pair(
        geometry.bestResolution.width, geometry.bestResolution.height)
      report["grid_wh"] = Self.pair(geometry.grid.columns, geometry.grid.rows)
      report["n_crops"] = .integer(geometry.cropCount)
      report["resized_wh"] = Self.pair(geometry.resized.width, geometry.resized.height)
      report["paste_xy"] = Self.pair(geometry.paste.x, geometry.paste.y)
      report["resized_sha256"] = Self.hash(resized)
      report["padded_sha256"] = Self.hash(padded)
      report["crops_uint8_sha256"] = .array(stages.views.map(Self.hash))
    }
    if let square = stages.square {
      report["square_size"] = Self.pair(square.width, square.height)
      report["square_sha256"] = Self.hash(square)
    }
    report["final_uint8_hwc_sha256"] = .array(stages.crops.map(Self.hash))
    let crops = stages.crops.indices.map { values[$0 * valuesPerCrop..<($0 + 1) * valuesPerCrop] }
    report["pixel_values_f32_chw_sha256"] = .array(crops.map(Self.hash))
    let indices = sampleIndices.filter { (0..<valuesPerCrop).contains($0) }
    if !indices.isEmpty {
      report["sample_flat_index_chw"] = .array(indices.map { .integer($0) })
      report["sample_values"] = .array(
        crops.map { crop in .array(indices.map { .number(Double(crop[crop.startIndex + $0])) }) })
    }
    return .object(report)
  }

  private static func pair(_ first: Int, _ second: Int) -> JSONValue {
    .array([.integer(first), .integer(second)])
  }

  private static func hash(_ image: RGBImage) -> JSONValue { hash(bytes: image.pixels) }

  private static func hash(_ values: ArraySlice<Float>) -> JSONValue {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count * 4)
    for value in values {
      let bits = value.bitPattern
      for shift in stride(from: UInt32(0), to: 32, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
      }
    }
    return hash(bytes: bytes)
  }

  private static func hash(bytes: [UInt8]) -> JSONValue {
    .string(SHA256.hexadecimal(of: bytes))
  }
}
