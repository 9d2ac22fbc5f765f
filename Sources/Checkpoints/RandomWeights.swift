/// A cheap source of random weights: the same seed and name give the same bytes on every machine.
///
/// One block of normal values is drawn from a counter and stored once per scale and dtype; a tensor
/// is cut from it in pieces whose places are hashes of seed, name and piece. So tensors differ from
/// each other, and writing costs no arithmetic.
struct RandomWeights {
  /// The most values in the block: 8 MB in bf16, which stays in a cache.
  private static let largestBlock = 1 << 22

  private let seed: UInt64
  private let dtype: DType
  private let normals: [Float]
  private var blocks: [Float: [UInt8]] = [:]

  /// - Parameter largest: the number of values of the largest tensor; a small model needs only a
  ///   small block.
  init(seed: UInt64, dtype: DType, largest: Int) {
    self.seed = seed
    self.dtype = dtype
    let count = min(max(largest, 1 << 14), Self.largestBlock / 2) * 2
    normals = (0..<UInt64(count)).map { Self.normal(Self.mixed(seed ^ Self.mixed($0))) }
  }

  /// Calls `write` with the bytes of a tensor, piece by piece.
  ///
  /// Matrices are scaled by 1/√fan-in and tables have unit variance, so that activations keep their
  /// size through the layers; gains are 1, biases small.
  mutating func emit(_ tensor: TensorSpecification, _ write: (RawSpan) throws -> Void) throws {
    var remaining = elementCount(shape: tensor.shape) ?? 0
    if tensor.role == .gain {
      let ones = FloatConversion.bytes(of: [Float](repeating: 1, count: remaining), as: dtype) ?? []
      return try write(ones.span.bytes)
    }
    let block = block(scale: Self.scale(tensor.role))
    let nameHash = Self.hash(tensor.name)
    var piece: UInt64 = 0
    while remaining > 0 {
      // Half a block leaves many places to cut from.
      let count = min(remaining, normals.count / 2)
      let place = Int(
        Self.mixed(nameHash ^ Self.mixed(seed &+ piece)) % UInt64(normals.count - count + 1))
      let bytes = block.span.bytes.extracting(place * dtype.size..<(place + count) * dtype.size)
      try write(bytes)
      remaining -= count
      piece += 1
    }
  }

  private mutating func block(scale: Float) -> [UInt8] {
    if let block = blocks[scale] { return block }
    let block = FloatConversion.bytes(of: normals.map { $0 * scale }, as: dtype) ?? []
    blocks[scale] = block
    return block
  }

  private static func scale(_ role: TensorSpecification.Role) -> Float {
    switch role {
    case .weight(let fanIn): 1 / Float(max(fanIn, 1)).squareRoot()
    case .embedding, .gain: 1
    case .bias: 0.02
    }
  }

  /// An almost normal value of unit variance: four 16-bit uniforms added (Irwin-Hall), their mean
  /// removed.
  private static func normal(_ bits: UInt64) -> Float {
    let sum =
      Int32(bits & 0xFFFF) + Int32(bits >> 16 & 0xFFFF) + Int32(bits >> 32 & 0xFFFF)
      + Int32(bits >> 48)
    return Float(sum - 131_070) * (1.7320508 / 65_536)
  }

  /// A bijective scrambling of 64 bits (the finaliser of SplitMix64).
  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  private static func hash(_ name: String) -> UInt64 {
    name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }  // FNV-1a
  }
}
