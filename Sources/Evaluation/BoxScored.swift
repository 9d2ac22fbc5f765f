public import Metrics

/// A benchmark whose answers are boxes, which a model may give relative to the image or to the image
/// padded to a square.
public protocol BoxScored: Benchmark {
  /// The same benchmark with predicted boxes taken for relative to `space`.
  func scored(in space: BoxIoU.Space) -> Self
}
