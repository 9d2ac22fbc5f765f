public import Checkpoints
public import Images

extension PreprocessingConfiguration {
  /// The preprocessing of a checkpoint: its image mode and resolutions, and its vision tower's
  /// normalisation.
  ///
  /// - Parameter aspect: another image mode than the checkpoint's `image_aspect_ratio`.
  /// - Throws: `ImageError` for an unknown mode.
  public init(_ checkpoint: Checkpoint, aspect: String? = nil) throws {
    let configuration = checkpoint.configuration
    let normalization = checkpoint.tower.preprocessor
    let resolutions =
      configuration.gridPinpoints.isEmpty ? GridResolution.standard : configuration.gridPinpoints
    self.init(
      aspect: try AspectMode(configurationName: aspect ?? configuration.aspectRatio.rawValue),
      pinpoints: resolutions.map { PixelSize(width: $0.width, height: $0.height) },
      shortestEdge: normalization.cropSize,
      cropSize: normalization.cropSize, mean: normalization.mean.map(Double.init),
      standardDeviation: normalization.standardDeviation.map(Double.init),
      rescaleFactor: normalization.rescaleFactor,
      maximumCropCount: configuration.maxCrops)
  }
}
