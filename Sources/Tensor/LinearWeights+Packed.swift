import CKernels

/// The packed form as bytes: what a cache on disk keeps, and how weights are taken from it without
/// a copy.
extension LinearWeights {
  /// The size of the packed form of such weights as one block, nil where a size overflows.
  public static func imageSize(outputs: Int, inputs: Int, storage: WeightStorage) -> Int? {
    guard outputs >= 0, inputs >= 0 else { return nil }
    let size = ck_weights_image_bytes(outputs, inputs, storage.kernel)
    return size == 0 || size > Int.max ? nil : Int(size)
  }

  /// Equal for two programs that pack the same weights into the same bytes; another one after every
  /// change of the layout.
  public static func layoutFingerprint(of storage: WeightStorage) -> UInt64 {
    ck_layout_fingerprint(storage.kernel)
  }

  /// Tells accidental changes of bytes; the same on any number of threads.
  public static func checksum(of bytes: RawSpan, on compute: Compute? = nil) -> UInt64 {
    bytes.withUnsafeBytes { ck_checksum(compute?.team, $0.baseAddress, $0.count) }
  }

  /// Calls `body` with the parts of the packed form and their places in its block; what lies
  /// between them is zero.
  public func withImageParts<E: Error>(
    _ body: (_ part: RawSpan, _ place: Int) throws(E) -> Void
  ) throws(E) {
    let none = ck_part(start: nil, bytes: 0, place: 0)
    var parts = (none, none, none)
    let count = withUnsafeMutableBytes(of: &parts) { bytes in
      ck_weights_image_parts(
        packed.pointer, bytes.assumingMemoryBound(to: ck_part.self).baseAddress)
    }
    for part in [parts.0, parts.1, parts.2].prefix(count) {
      try body(UnsafeRawBufferPointer(start: part.start, count: part.bytes).bytes, part.place)
    }
    withExtendedLifetime(packed) {}
  }

  /// The checksum of all parts.
  public func checksum(on compute: Compute? = nil) -> UInt64 {
    var sum: UInt64 = 0
    withImageParts { part, _ in
      sum = sum &* 0x9e37_79b9_7f4a_7c15 &+ Self.checksum(of: part, on: compute)
    }
    return sum
  }

  /// Weights whose packed form is `image`, used where it lies.
  ///
  /// - Parameters:
  ///   - image: from a multiple of 64 bytes on, of ``imageSize(outputs:inputs:storage:)`` bytes
  ///   - owner: keeps `image` in place and unchanged while it lives; the weights hold it
  /// - Throws: ``TensorError`` where size or place do not fit.
  public init(
    image: RawSpan, keptBy owner: any AnyObject & Sendable, outputs: Int, inputs: Int,
    storage: WeightStorage
  ) throws(TensorError) {
    let packed = image.withUnsafeBytes { bytes in
      PackedWeights(image: bytes, owner: owner, outputs: outputs, inputs: inputs, storage: storage)
    }
    guard let packed else {
      throw TensorError(
        .sizeMismatch,
        """
        \(image.byteCount) bytes are not packed weights of \(outputs) x \(inputs) as \
        \(storage.rawValue)
        """
      )
    }
    self.init(packed: packed)
  }
}
