extension RGBImage {
  /// The image resized by Pillow's bicubic filter, bit for bit (`Image.resize(size, BICUBIC)` of
  /// Pillow 9.5 to 12.1).
  ///
  /// Columns are resized first, then rows; a pass whose size does not change is left out, and the
  /// samples between the passes are rounded to 8 bits. (Pillow 12.2 and later begin with the rows
  /// of tall images and differ by 1 in places.)
  /// - Throws: ``ImageError`` where the size is not positive or more than `Int32.max` samples.
  public func resized(
    width: Int, height: Int, kernel: ResizeKernel = .best
  ) throws(ImageError) -> RGBImage {
    try resized(
      width: width, height: height, columns: 0..<max(width, 0), rows: 0..<max(height, 0),
      kernel: kernel)
  }

  /// The part of the resized image that lies in `columns` and `rows`, without computing the rest.
  ///
  /// The same samples as resizing and then cropping: an output depends on its own inputs only. A
  /// centre crop out of a very long image is cheap this way.
  public func resized(
    width: Int, height: Int, columns: Range<Int>, rows: Range<Int>, kernel: ResizeKernel = .best
  ) throws(ImageError) -> RGBImage {
    guard width > 0, height > 0, !columns.isEmpty, !rows.isEmpty, columns.lowerBound >= 0,
      columns.upperBound <= width,
      rows.lowerBound >= 0, rows.upperBound <= height, width <= Int(Int32.max),
      height <= Int(Int32.max),
      let count = Self.sampleCount(width: columns.count, height: rows.count),
      count <= Int(Int32.max)
    else {
      throw ImageError(.unsuitableSize, "an image cannot be resized to \(width) x \(height) pixels")
    }

    let vertical =
      height == self.height
      ? nil : ResamplingWeights(input: self.height, output: height, range: rows)
    // Only the input rows that the second pass reads are resized in the first.
    let needed = vertical.map { $0.inputRange } ?? rows
    var strip = RowStrip(samples: pixels, width: self.width, firstRow: 0, rowCount: self.height)
    if width != self.width {
      let horizontal = ResamplingWeights(input: self.width, output: width, range: columns)
      guard let bytes = Self.sampleCount(width: columns.count, height: needed.count),
        bytes <= Int(Int32.max)
      else {
        throw ImageError(
          .unsuitableSize,
          """
          an image of \(self.width) x \(self.height) cannot be resized to \(width) x \(height) \
          pixels
          """
        )
      }
      let samples = try kernel.resizeColumns(strip, rows: needed, weights: horizontal)
      strip = RowStrip(
        samples: samples, width: columns.count, firstRow: needed.lowerBound, rowCount: needed.count)
    } else if columns.count < width {
      strip = strip.cropped(columns: columns, rows: needed)
    }
    if let vertical {
      let samples = try kernel.resizeRows(strip, weights: vertical)
      return RGBImage(trusted: samples, width: columns.count, height: rows.count)
    }
    if strip.firstRow == rows.lowerBound && strip.rowCount == rows.count {
      return RGBImage(trusted: strip.samples, width: columns.count, height: rows.count)
    }
    return RGBImage(
      trusted: strip.cropped(columns: 0..<columns.count, rows: rows).samples, width: columns.count,
      height: rows.count)
  }
}

extension ResamplingWeights {
  /// The input positions that the outputs read.
  var inputRange: Range<Int> {
    var range = Int.max..<Int.max
    for (start, count) in zip(starts, counts) {
      let lower = min(range.lowerBound, Int(start))
      let upper =
        range.upperBound == .max ? Int(start + count) : max(range.upperBound, Int(start + count))
      range = lower..<max(lower, upper)
    }
    return range
  }
}

/// Consecutive rows of an image that may begin below its top.
struct RowStrip {
  var samples: [UInt8]  // [rowCount, width, 3]
  var width: Int
  /// The image row that the first row of `samples` is.
  var firstRow: Int
  var rowCount: Int

  /// A part; `rows` are image rows.
  func cropped(columns: Range<Int>, rows: Range<Int>) -> RowStrip {
    var part: [UInt8] = []
    part.reserveCapacity(columns.count * rows.count * 3)
    for row in rows {
      let start = ((row - firstRow) * width + columns.lowerBound) * 3
      part.append(contentsOf: samples[start..<start + columns.count * 3])
    }
    return RowStrip(
      samples: part, width: columns.count, firstRow: rows.lowerBound, rowCount: rows.count)
  }
}
