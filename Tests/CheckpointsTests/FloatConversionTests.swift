import Checkpoints
import Testing

struct FloatConversionTests {
  @Test func `every half converts to f32 exactly`() {
    for bits in UInt16.min...UInt16.max {
      let expected = Float(Float16(bitPattern: bits))
      let found = FloatConversion.float(f16: bits)
      #expect(found.isNaN ? expected.isNaN : found.bitPattern == expected.bitPattern, "\(bits)")
    }
  }

  @Test func `f32 rounds to half to nearest even`() {
    for high in UInt32(0)...0xFFFF {
      for low: UInt32 in [
        0, 1, 0x0FFF, 0x1000, 0x1001, 0x2000, 0x2FFF, 0x3000, 0x7FFF, 0x8000, 0x8001, 0xFFFF,
      ] {
        let value = Float(bitPattern: high << 16 | low)
        let found = FloatConversion.f16(value)
        let expected = Float16(value)
        guard expected.isNaN ? Float16(bitPattern: found).isNaN : found == expected.bitPattern
        else {
          Issue.record("\(value): \(found) instead of \(expected.bitPattern)")
          return
        }
      }
    }
  }

  @Test func `f32 rounds to bf16 to nearest even`() {
    for high in UInt32(0)...0xFFFF {
      for low: UInt32 in [0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF] {
        let value = Float(bitPattern: high << 16 | low)
        let found = FloatConversion.bf16(value)
        // Independent: of the two neighbours the nearer, at a tie the one with an even last bit.
        let up = high &+ 1
        let expected = low > 0x8000 || (low == 0x8000 && high & 1 == 1) ? up : high
        let isRight =
          value.isNaN
          ? Float(bitPattern: UInt32(found) << 16).isNaN : UInt32(found) == expected & 0xFFFF
        guard isRight else {
          Issue.record("\(value): \(found) instead of \(expected)")
          return
        }
      }
    }
  }
}
