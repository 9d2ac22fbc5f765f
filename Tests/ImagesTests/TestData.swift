import DataFormats
import Foundation
import Hashing
import Images
import TestSupport
import Testing

/// Where the test data lies, and small things that several tests use.
enum TestData {
  static let fixtures = URL(fileURLWithPath: TestMaterial.fixtures + "/images")

  /// A golden file or folder.
  static func golden(_ path: String) -> URL {
    URL(fileURLWithPath: TestMaterial.golden).appendingPathComponent(path)
  }

  static func sha256(_ bytes: [UInt8]) -> String {
    SHA256.hexadecimal(of: bytes)
  }

  static func sha256(_ image: RGBImage) -> String { sha256(image.pixels) }
}

/// A reproducible stream of numbers (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}

extension RGBImage {
  /// Noise with some extreme stretches, so that the clipping of over- and undershoot is exercised.
  static func noise(width: Int, height: Int, seed: UInt64) -> RGBImage? {
    var generator = SeededGenerator(state: seed)
    let pixels = (0..<width * height * 3).map { index -> UInt8 in
      let word = generator.next()
      return (index / 40) % 3 == 0
        ? (word & 1 == 0 ? 0 : 255) : UInt8(truncatingIfNeeded: word >> 8)
    }
    return RGBImage(width: width, height: height, pixels: pixels)
  }
}
