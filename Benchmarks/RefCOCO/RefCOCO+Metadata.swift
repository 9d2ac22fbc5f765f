import DataFormats
import Evaluation
import Metrics

/// What a referring expression has beside its words: kept as metadata, read and written here alone.
extension Sample {
  /// `testA` or `testB`.
  var refCOCOSplit: String? { metadata["split"]?.stringValue }

  /// The reference box, corners in pixels.
  var refCOCOBox: BoundingBox? {
    BoundingBox(metadata["box"]?.arrayValue?.compactMap(\.doubleValue) ?? [])
  }

  /// The image's size, of which the box is a part.
  var refCOCOImageSize: ImageSize? {
    guard let width = metadata["width"]?.intValue, let height = metadata["height"]?.intValue else {
      return nil
    }
    return ImageSize(width: width, height: height)
  }

  /// What the predicted box counts in, where its file says so.
  var boxUnit: BoxIoU.Unit? {
    get { metadata["predicted_unit"]?.stringValue.flatMap(BoxIoU.Unit.init(rawValue:)) }
    set { metadata["predicted_unit"] = newValue.map { .string($0.rawValue) } }
  }
}
