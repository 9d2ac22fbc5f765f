/// The SplitMix64 generator of Blackman and Vigna; it seeds ``Xoshiro256``.
public struct SplitMix64: Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// The xoshiro256** generator of Blackman and Vigna: all randomness of comparisons
/// (docs/comparison.md, section 2).
///
/// It is written here, and no `RandomNumberGenerator` of the library is used, so that any two
/// implementations draw the same numbers:
///
///     var random = Xoshiro256(seed: 1, label: "docvqa/anls/bootstrap")
///     let place = random.below(1286)
public struct Xoshiro256: Sendable {
  private var s0: UInt64
  private var s1: UInt64
  private var s2: UInt64
  private var s3: UInt64

  /// A generator in a given state, which must not be all zero.
  public init(state: (UInt64, UInt64, UInt64, UInt64)) { (s0, s1, s2, s3) = state }

  /// The stream of a label: another figure draws other numbers, and changes none of these.
  public init(seed: UInt64, label: String) {
    var seeds = SplitMix64(seed: seed ^ FNV1a.hash(label.utf8))
    s0 = seeds.next()
    s1 = seeds.next()
    s2 = seeds.next()
    s3 = seeds.next()
  }

  public mutating func next() -> UInt64 {
    let result = Self.rotated(s1 &* 5, by: 7) &* 9
    let shifted = s1 << 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = Self.rotated(s3, by: 45)
    return result
  }

  /// A number in `0 ..< bound`, each equally likely (Lemire 2018).
  /// - Precondition: `bound` is at least 1.
  public mutating func below(_ bound: UInt64) -> UInt64 {
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
    }
    return product.high
  }

  /// Fisher and Yates' shuffle, from the end.
  public mutating func shuffle<Element>(_ items: inout [Element]) {
    let range = items.indices
    shuffle(&items, in: range)
  }

  /// Shuffles a part of a list and leaves the rest where it is.
  public mutating func shuffle<Element>(_ items: inout [Element], in range: Range<Int>) {
    guard range.count > 1 else { return }
    for place in stride(from: range.count - 1, through: 1, by: -1) {
      let other = Int(below(UInt64(place) + 1))
      items.swapAt(range.lowerBound + place, range.lowerBound + other)
    }
  }

  private static func rotated(_ value: UInt64, by count: UInt64) -> UInt64 {
    (value << count) | (value >> (64 - count))
  }
}

/// The 64-bit FNV-1a hash, which turns labels into seeds.
public enum FNV1a {
  public static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return hash
  }
}
