/// Where AnyRes puts an image on its canvas, computed from sizes alone (model spec, sections 2.2
/// and 2.3).
public struct AnyResGeometry: Sendable, Hashable {
  /// The chosen canvas.
  public var bestResolution: PixelSize
  /// The image's size on the canvas, its aspect ratio kept.
  public var resized: PixelSize
  /// The upper left corner of the image on the canvas.
  public var paste: (x: Int, y: Int) {
    ((bestResolution.width - resized.width) / 2, (bestResolution.height - resized.height) / 2)
  }
  /// The number of tiles in a row and in a column.
  public var grid: (columns: Int, rows: Int) {
    (bestResolution.width / cropSize, bestResolution.height / cropSize)
  }
  /// The side of a tile.
  public var cropSize: Int
  /// The tiles and the base crop before them.
  public var cropCount: Int { grid.columns * grid.rows + 1 }

  /// The geometry of an image of a size.
  ///
  /// The quotients are doubles, as in the official code: their product with a side may lie just
  /// above the whole number, and the rounding up then adds a pixel.
  /// - Returns: nil where there is no pinpoint or the image has no pixels.
  public init?(width: Int, height: Int, pinpoints: [PixelSize], cropSize: Int) {
    guard width > 0, height > 0, cropSize > 0,
      let best = Self.selectBestResolution(width: width, height: height, pinpoints: pinpoints)
    else { return nil }
    bestResolution = best
    self.cropSize = cropSize
    let horizontalScale = Double(best.width) / Double(width)
    let verticalScale = Double(best.height) / Double(height)
    if horizontalScale < verticalScale {
      let scaled = (Double(height) * horizontalScale).rounded(.up)
      resized = PixelSize(width: best.width, height: Int(min(scaled, Double(best.height))))
    } else {
      let scaled = (Double(width) * verticalScale).rounded(.up)
      resized = PixelSize(width: Int(min(scaled, Double(best.width))), height: best.height)
    }
  }

  /// The canvas that keeps most of the image's pixels, and of equals the one that wastes least; the
  /// first listed of those.
  ///
  /// An image smaller than all canvases keeps all its pixels on each, so that the smallest canvas
  /// is taken: with the default pinpoints 336 x 672, two tiles one above the other, also for a
  /// square.
  public static func selectBestResolution(
    width: Int, height: Int, pinpoints: [PixelSize]
  ) -> PixelSize? {
    let (area, overflows) = width.multipliedReportingOverflow(by: height)
    guard !overflows else { return nil }
    var best: (size: PixelSize, effective: Int, wasted: Int)?
    for candidate in pinpoints {
      let scale = min(
        Double(candidate.width) / Double(width), Double(candidate.height) / Double(height))
      let downscaled = Int(Double(width) * scale) * Int(Double(height) * scale)
      let effective = min(downscaled, area)
      let wasted = candidate.width * candidate.height - effective
      if let current = best,
        effective < current.effective
          || (effective == current.effective && wasted >= current.wasted)
      {
        continue
      }
      best = (candidate, effective, wasted)
    }
    return best?.size
  }
}
