/// CPython's `random.Random`: some evaluators answer by chance, and with a seed their chance can be
/// repeated. Source: the Mersenne Twister MT19937 of Matsumoto and Nishimura, seeded by an array as
/// CPython does it.
public struct PythonRandom: Sendable {
  private var state = [UInt32](repeating: 0, count: 624)
  private var next = 624

  /// As `random.seed(seed)`: the 32-bit words of the absolute value, the lowest first.
  public init(seed: Int) {
    let magnitude = seed.magnitude
    let low = UInt32(truncatingIfNeeded: magnitude)
    let high = UInt32(truncatingIfNeeded: magnitude >> 32)
    let key = high == 0 ? [low] : [low, high]
    state[0] = 19_650_218
    for index in 1..<624 {
      state[index] = 1_812_433_253 &* (state[index - 1] ^ state[index - 1] >> 30) &+ UInt32(index)
    }
    var place = 1
    func mixed(_ factor: UInt32) -> UInt32 {
      state[place] ^ (state[place - 1] ^ state[place - 1] >> 30) &* factor
    }
    func advance(_ state: inout [UInt32]) {
      place += 1
      if place == 624 {
        state[0] = state[623]
        place = 1
      }
    }
    for step in 0..<624 {
      let word = step % key.count
      state[place] = mixed(1_664_525) &+ key[word] &+ UInt32(word)
      advance(&state)
    }
    for _ in 0..<623 {
      state[place] = mixed(1_566_083_941) &- UInt32(place)
      advance(&state)
    }
    state[0] = 1 << 31
  }

  /// As `random.randint(0, count - 1)`.
  public mutating func below(_ count: Int) -> Int {
    precondition(count > 0 && count <= Int(Int32.max))
    let shift = 32 - UInt32(Int.bitWidth - count.leadingZeroBitCount)
    while true {
      let value = Int(word() >> shift)
      if value < count { return value }
    }
  }

  private mutating func word() -> UInt32 {
    if next == 624 { refill() }
    var value = state[next]
    next += 1
    value ^= value >> 11
    value ^= value << 7 & 0x9D2C_5680
    value ^= value << 15 & 0xEFC6_0000
    return value ^ value >> 18
  }

  private mutating func refill() {
    for index in 0..<624 {
      let joined = state[index] & 1 << 31 | state[(index + 1) % 624] & 0x7FFF_FFFF
      state[index] = state[(index + 397) % 624] ^ joined >> 1 ^ (joined & 1 == 1 ? 0x9908_B0DF : 0)
    }
    next = 0
  }
}
