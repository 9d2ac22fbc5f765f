/// The root of a monotone function, to the last bit.
enum Bisection {
  /// The smallest double between two bounds at which `isReached` holds.
  ///
  /// - Parameter isReached: false below the root and true from it on
  static func firstReached(
    from low: Double, to high: Double, _ isReached: (Double) -> Bool
  ) -> Double {
    var low = low
    var high = high
    while true {
      let middle = low + (high - low) / 2
      if middle <= low || middle >= high { return high }
      if isReached(middle) { high = middle } else { low = middle }
    }
  }

  /// The root of a function that is false below it and true from it on, at 0 or above.
  static func firstReached(above low: Double, _ isReached: (Double) -> Bool) -> Double {
    var high = max(1, low * 2)
    while !isReached(high), high < .greatestFiniteMagnitude / 4 { high *= 2 }
    return firstReached(from: low, to: high, isReached)
  }
}
