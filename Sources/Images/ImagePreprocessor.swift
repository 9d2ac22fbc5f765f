/// An image as the vision tower takes it.
public struct PreprocessedImage: Sendable {
  /// Before any resizing.
  public var originalSize: PixelSize
  /// Where the image lies on its canvas; nil except in ``AspectMode/anyres``.
  public var geometry: AnyResGeometry?
  /// What the tower sees as 8-bit samples: in `anyres` the base crop, then the tiles row by row;
  /// otherwise one crop.
  public var crops: [RGBImage]  // each [size, size, 3]
  /// The normalised samples of all crops.
  public var pixelValues: [Float]  // [crops, 3, size, size]
  /// The side of a crop.
  public var cropSize: Int
}

/// Turns a decoded image into the crops and normalised values of the official code, bit for bit
/// (model spec, section 2.5).
public struct ImagePreprocessor: Sendable {
  public let configuration: PreprocessingConfiguration
  /// The implementation of the resize passes; all give the same bits.
  public var kernel = ResizeKernel.best
  /// The normalised value of every sample of every channel.
  public let normalizationTable: [Float]  // [3, 256]

  /// - Throws: ``ImageError`` `invalid-image-configuration`.
  public init(_ configuration: PreprocessingConfiguration) throws(ImageError) {
    try configuration.check()
    self.configuration = configuration
    normalizationTable = Self.normalizationTable(configuration)
  }

  /// The same with another way of making crops.
  /// - Throws: ``ImageError`` `invalid-image-configuration`.
  public func with(aspect: AspectMode) throws(ImageError) -> ImagePreprocessor {
    var configuration = configuration
    configuration.aspect = aspect
    var other = try ImagePreprocessor(configuration)
    other.kernel = kernel
    return other
  }

  /// The crops and their normalised values.
  /// - Throws: ``ImageError``: more crops than the checkpoint allows, or a size that the mode
  ///   cannot take.
  public func preprocess(_ image: RGBImage) throws(ImageError) -> PreprocessedImage {
    let stages = try stages(of: image)
    return PreprocessedImage(
      originalSize: PixelSize(width: image.width, height: image.height), geometry: stages.geometry,
      crops: stages.crops, pixelValues: normalized(stages.crops), cropSize: configuration.cropSize)
  }

  /// (v - mean) / std in single precision, with v = sample * factor computed in double and then
  /// rounded to single.
  private static func normalizationTable(_ configuration: PreprocessingConfiguration) -> [Float] {
    (0..<3).flatMap { channel in
      let mean = Float(configuration.mean[channel])
      let deviation = Float(configuration.standardDeviation[channel])
      return (0..<256).map { sample in
        (Float(Double(sample) * configuration.rescaleFactor) - mean) / deviation
      }
    }
  }

  func normalized(_ crops: [RGBImage]) -> [Float] {
    // [crops, 3, size, size]
    planes(of: crops.map(\.pixels), table: normalizationTable)
  }
}

/// The steps between a decoded image and its crops, as far as the mode has them; what `inspect`
/// shows.
struct PreprocessingStages {
  var geometry: AnyResGeometry?
  /// The image in the canvas's proportions.
  var resized: RGBImage?
  /// The canvas with the image on it.
  var padded: RGBImage?
  /// The image on a square of the mean colour.
  var square: RGBImage?
  /// What goes into CLIP's processor.
  var views: [RGBImage] = []
  /// What comes out of its resizing and cropping.
  var crops: [RGBImage] = []
}

extension ImagePreprocessor {
  func stages(of image: RGBImage) throws(ImageError) -> PreprocessingStages {
    var stages = PreprocessingStages()
    switch configuration.aspect {
    case .anyres: try appendAnyResViews(of: image, to: &stages)
    case .pad:
      let square = try squared(image)
      stages.square = square
      stages.views = [square]
    case .resize: stages.views = [try squeezed(image)]
    case .square: stages.views = [image]
    }
    for view in stages.views { stages.crops.append(try clipCrop(view)) }
    return stages
  }

  /// The base crop (the whole image, its aspect ignored), then the tiles of the image on its
  /// canvas, row by row.
  private func appendAnyResViews(
    of image: RGBImage, to stages: inout PreprocessingStages
  ) throws(ImageError) {
    let size = configuration.cropSize
    guard
      let geometry = AnyResGeometry(
        width: image.width, height: image.height, pinpoints: configuration.pinpoints, cropSize: size
      )
    else {
      throw ImageError(
        .invalidConfiguration, "the model has no canvases (image_grid_pinpoints) to put images on")
    }
    if let most = configuration.maximumCropCount, geometry.cropCount > most {
      throw ImageError(
        .unsuitableSize,
        """
        the image of \(image.width) x \(image.height) needs \(geometry.cropCount) crops, but \
        the checkpoint allows \(most) (max_num_image_crops); raise the limit or use another \
        aspect mode
        """)
    }
    let resized = try image.resized(
      width: geometry.resized.width, height: geometry.resized.height, kernel: kernel)
    let canvas = geometry.bestResolution
    guard var padded = RGBImage(width: canvas.width, height: canvas.height, color: (0, 0, 0)) else {
      throw ImageError(.invalidConfiguration, "a canvas of \(canvas) is not possible")
    }
    padded.paste(resized, x: geometry.paste.x, y: geometry.paste.y)
    stages.geometry = geometry
    stages.views = [try squeezed(image)]
    for row in 0..<geometry.grid.rows {
      for column in 0..<geometry.grid.columns {
        if let tile = padded.cropped(x: column * size, y: row * size, width: size, height: size) {
          stages.views.append(tile)
        }
      }
    }
    stages.resized = resized
    stages.padded = padded
  }

  private func squeezed(_ image: RGBImage) throws(ImageError) -> RGBImage {
    try image.resized(
      width: configuration.shortestEdge, height: configuration.shortestEdge, kernel: kernel)
  }

  /// The image in the middle (rounded to the upper left) of a square of the mean colour, truncated
  /// to 8 bits.
  private func squared(_ image: RGBImage) throws(ImageError) -> RGBImage {
    let side = max(image.width, image.height)
    let color = configuration.mean.map { UInt8($0 * 255) }
    guard let count = RGBImage.sampleCount(width: side, height: side), count <= Int(Int32.max),
      var square = RGBImage(width: side, height: side, color: (color[0], color[1], color[2]))
    else {
      throw ImageError(
        .tooLarge,
        "an image of \(image.width) x \(image.height) is too long to be padded to a square")
    }
    square.paste(image, x: (side - image.width) / 2, y: (side - image.height) / 2)
    return square
  }

  /// CLIP's processor: the shortest side scaled to `shortestEdge` (the other one truncated), then
  /// the middle cut out.
  ///
  /// It guesses which axis holds the colours and takes the rows of an image of height 1 or 3 for
  /// them. That is kept, because the published numbers come from it: height 1 is an error, of
  /// height 3 the three rows become the channels.
  private func clipCrop(_ view: RGBImage) throws(ImageError) -> RGBImage {
    if view.height == 1 {
      throw ImageError(
        .unsuitableSize,
        """
        an image 1 pixel high cannot be prepared in the mode \(configuration.aspect.rawValue): \
        the image processor takes its row for a colour channel and fails; use anyres or resize
        """)
    }
    let image = view.height == 3 ? view.rowsAsChannels() : view
    let edge = configuration.shortestEdge
    let short = min(image.width, image.height)
    let long = Int(Double(edge * max(image.width, image.height)) / Double(short))
    let scaled =
      image.width <= image.height
      ? PixelSize(width: edge, height: long) : PixelSize(width: long, height: edge)
    let size = configuration.cropSize
    let left = (scaled.width - size) / 2
    let top = (scaled.height - size) / 2
    return try image.resized(
      width: scaled.width, height: scaled.height, columns: left..<left + size,
      rows: top..<top + size, kernel: kernel)
  }
}

extension RGBImage {
  /// An image of three rows read as if its axes were channel, row, column: row r becomes channel r.
  fileprivate func rowsAsChannels() -> RGBImage {
    var samples: [UInt8] = []
    samples.reserveCapacity(pixels.count)
    for row in 0..<width {
      for column in 0..<3 {
        for channel in 0..<3 { samples.append(pixels[(channel * width + row) * 3 + column]) }
      }
    }
    return RGBImage(trusted: samples, width: 3, height: width)
  }
}
