import CImageKernels

// The only calls of the C kernels. Sizes are computed here from the shapes that the callers have
// checked.

extension ResizeKernel {
  /// The first pass: the image rows in `rows`, resized to the weights' outputs.
  func resizeColumns(
    _ strip: RowStrip, rows: Range<Int>, weights: ResamplingWeights
  ) throws(ImageError) -> [UInt8] {
    // [rows, outputs, 3]
    let outputs = weights.counts.count
    let start = (rows.lowerBound - strip.firstRow) * strip.width * 3
    var status: Int32 = -1
    let resized = [UInt8](unsafeUninitializedCapacity: rows.count * outputs * 3) {
      target, initialized in
      strip.samples.withUnsafeBufferPointer { source in
        guard let sourceStart = source.baseAddress?.advanced(by: start) else { return }
        weights.withAxis { axis in
          status = cik_resize_columns(
            isa, sourceStart, strip.width, rows.count, axis, target.baseAddress)
        }
      }
      initialized = status == 0 ? rows.count * outputs * 3 : 0
    }
    try check(status)
    return resized
  }

  /// The second pass: all columns of the strip, resized to the weights' outputs; the weights'
  /// positions are image rows.
  func resizeRows(_ strip: RowStrip, weights: ResamplingWeights) throws(ImageError) -> [UInt8] {
    // [outputs, width, 3]
    let rowBytes = strip.width * 3
    let count = weights.counts.count * rowBytes
    var status: Int32 = -1
    let resized = [UInt8](unsafeUninitializedCapacity: count) { target, initialized in
      strip.samples.withUnsafeBufferPointer { source in
        weights.withAxis { axis in
          status = cik_resize_rows(
            isa, source.baseAddress, rowBytes, strip.firstRow, axis, target.baseAddress)
        }
      }
      initialized = status == 0 ? count : 0
    }
    try check(status)
    return resized
  }

  private func check(_ status: Int32) throws(ImageError) {
    guard status == 0 else {
      throw ImageError(
        .tooLarge,
        """
        there is not enough memory to resize the image, or the kernel \(rawValue) does not run \
        here
        """
      )
    }
  }
}

extension ResamplingWeights {
  fileprivate func withAxis(_ body: (cik_axis) -> Void) {
    starts.withUnsafeBufferPointer { starts in
      counts.withUnsafeBufferPointer { counts in
        weights.withUnsafeBufferPointer { weights in
          body(
            cik_axis(
              starts: starts.baseAddress, counts: counts.baseAddress, weights: weights.baseAddress,
              stride: stride,
              outputs: counts.count))
        }
      }
    }
  }
}

extension ImagePreprocessor {
  /// Splits interleaved samples into planes and maps them through a table per channel.
  /// - Parameters:
  ///   - crops: crops of the same size, each `[pixels, 3]`.
  ///   - table: `[3, 256]`.
  func planes(of crops: [[UInt8]], table: [Float]) -> [Float] {
    // [crops, 3, pixels]
    let size = crops.first?.count ?? 0
    guard table.count == 768, crops.allSatisfy({ $0.count == size }) else { return [] }
    return [Float](unsafeUninitializedCapacity: crops.count * size) { target, initialized in
      guard let start = target.baseAddress else { return }
      for (index, crop) in crops.enumerated() {
        cik_normalize(crop, size / 3, table, start + index * size)
      }
      initialized = crops.count * size
    }
  }
}
