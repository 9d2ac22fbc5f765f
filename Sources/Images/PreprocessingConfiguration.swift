public import DataFormats
import Diagnostics

/// How an image becomes crops: `image_aspect_ratio` of the model's configuration.
public enum AspectMode: String, Sendable, CaseIterable {
  /// A squeezed view of the whole image, then the tiles of an enlarged one.
  case anyres
  /// Padded to a square with the mean colour.
  case pad
  /// Squeezed to a square.
  case resize
  /// The shortest side scaled, the middle cut out.
  case square

  /// Reads the configuration's word; an absent or null one and `none` mean ``square``.
  /// - Throws: ``ImageError`` `invalid-image-configuration` that names the known words.
  public init(configurationName name: String?) throws(ImageError) {
    guard let name, name != "none" else {
      self = .square
      return
    }
    guard let mode = AspectMode(rawValue: name) else {
      throw ImageError(
        .invalidConfiguration,
        """
        the image aspect ratio \"\(name)\" is unknown; \
        \(suggestion(for: name, among: AspectMode.allCases.map(\.rawValue)))
        """
      )
    }
    self = mode
  }
}

/// Everything that decides how an image becomes the vision tower's input.
public struct PreprocessingConfiguration: Sendable {
  public var aspect: AspectMode
  /// The canvases of ``AspectMode/anyres``.
  public var pinpoints: [PixelSize]
  /// What CLIP's processor scales the shortest side to.
  public var shortestEdge: Int
  /// The side of the square that is cut out of the middle and that the tower sees.
  public var cropSize: Int
  /// Red, green, blue.
  public var mean: [Double]  // [3]
  public var standardDeviation: [Double]  // [3]
  /// What a sample is multiplied by first.
  public var rescaleFactor: Double
  /// The checkpoint's `max_num_image_crops`; an image of more crops is an error.
  public var maximumCropCount: Int?

  /// The values of CLIP ViT-L/14 at 336 pixels.
  public init(
    aspect: AspectMode = .anyres, pinpoints: [PixelSize] = Pinpoints.llavaNeXT,
    shortestEdge: Int = 336, cropSize: Int = 336,
    mean: [Double] = [0.48145466, 0.4578275, 0.40821073],
    standardDeviation: [Double] = [0.26862954, 0.26130258, 0.27577711],
    rescaleFactor: Double = 0.00392156862745098, maximumCropCount: Int? = nil
  ) {
    self.aspect = aspect
    self.pinpoints = pinpoints
    self.shortestEdge = shortestEdge
    self.cropSize = cropSize
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.rescaleFactor = rescaleFactor
    self.maximumCropCount = maximumCropCount
  }

  /// Replaces size, mean, deviation and factor by those of a `preprocessor_config.json`.
  ///
  /// Keys that are absent keep their value. `size` and `crop_size` may be plain numbers, as in
  /// older files.
  /// - Throws: ``ImageError`` for steps switched off or another filter than bicubic,
  ///   ``DataFormatError`` as its cause for wrong types.
  public mutating func apply(preprocessor node: JSONNode) throws(ImageError) {
    do {
      for step in ["do_resize", "do_center_crop", "do_rescale", "do_normalize"] {
        if let flag = try node.optional(step), try !flag.bool() {
          throw unsupported(flag, "\(step) = false")
        }
      }
      if let filter = try node.optional("resample"), try filter.int() != 3 {
        throw unsupported(filter, "a filter other than bicubic (3)")
      }
      if let size = try node.optional("size") {
        shortestEdge = try Self.side(size, keys: ["shortest_edge"])
      }
      if let size = try node.optional("crop_size") {
        cropSize = try Self.side(size, keys: ["height", "width"])
      }
      if let values = try node.optional("image_mean") { mean = try Self.channels(values) }
      if let values = try node.optional("image_std") {
        standardDeviation = try Self.channels(values)
      }
      if let factor = try node.optional("rescale_factor") { rescaleFactor = try factor.double() }
    } catch let error as ImageError {
      throw error
    } catch {
      throw ImageError(
        .invalidConfiguration, "the image processor's settings are wrong", cause: error)
    }
  }

  /// One number, or an object whose `keys` all hold the same number.
  private static func side(_ node: JSONNode, keys: [String]) throws -> Int {
    if let side = node.value.intValue { return side }
    var sides: Set<Int> = []
    for key in keys { sides.insert(try node[key].int()) }
    guard sides.count == 1, let side = sides.first else {
      throw ImageError(
        .invalidConfiguration, "the crop is not square, which is not supported", at: node.location)
    }
    return side
  }

  private static func channels(_ node: JSONNode) throws -> [Double] {
    let values = try node.list().map { try $0.double() }
    guard values.count == 3 else {
      throw ImageError(
        .invalidConfiguration, "expected three numbers, one per colour channel", at: node.location)
    }
    return values
  }

  private func unsupported(_ node: JSONNode, _ what: String) -> ImageError {
    ImageError(.invalidConfiguration, "\(what) is not supported", at: node.location)
  }

  /// Checks what later code relies on.
  func check() throws(ImageError) {
    guard (1...4096).contains(cropSize), (cropSize...8192).contains(shortestEdge) else {
      throw ImageError(
        .invalidConfiguration,
        """
        crops of \(cropSize) out of images whose shortest side is \(shortestEdge) are not \
        supported
        """
      )
    }
    guard mean.count == 3, standardDeviation.count == 3,
      standardDeviation.allSatisfy({ $0 > 0 && $0.isFinite }),
      mean.allSatisfy({ $0.isFinite && (0...1).contains($0) })
    else {
      throw ImageError(
        .invalidConfiguration,
        "the normalisation needs three means in 0...1 and three positive deviations")
    }
    if aspect == .anyres { try Pinpoints.check(pinpoints, cropSize: cropSize) }
  }
}
