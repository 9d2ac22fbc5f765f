import PythonText

/// Levenshtein distance over Unicode scalars with unit costs.
///
/// Bit-parallel (Myers 1999, in Hyyrö's formulation): 64 rows of the table advance per word operation. A block holds the
/// vertical differences of 64 pattern scalars; horizontal differences pass from block to block as a carry of -1, 0 or 1.
public enum EditDistance {
  public static func levenshtein(_ a: PythonString, _ b: PythonString) -> Int {
    levenshtein(a.scalars, b.scalars)
  }

  public static func levenshtein(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var (pattern, text) = a.count <= b.count ? (a[...], b[...]) : (b[...], a[...])
    // Equal ends never cost anything.
    while let first = pattern.first, first == text.first {
      pattern.removeFirst()
      text.removeFirst()
    }
    while let last = pattern.last, last == text.last {
      pattern.removeLast()
      text.removeLast()
    }
    if pattern.isEmpty { return text.count }
    return pattern.count <= 64 ? oneBlock(pattern, text) : blocks(pattern, text)
  }

  private static func oneBlock(_ pattern: ArraySlice<Unicode.Scalar>, _ text: ArraySlice<Unicode.Scalar>) -> Int {
    let matches = MatchTable(pattern, blocks: 1)
    var positive = UInt64.max
    var negative: UInt64 = 0
    var distance = pattern.count
    let last = UInt64(1) << UInt64(pattern.count - 1)
    for scalar in text {
      let equal = matches[scalar, 0]
      let diagonal = (((equal & positive) &+ positive) ^ positive) | equal | negative
      var horizontalPositive = negative | ~(diagonal | positive)
      var horizontalNegative = positive & diagonal
      if horizontalPositive & last != 0 { distance += 1 }
      if horizontalNegative & last != 0 { distance -= 1 }
      horizontalPositive = horizontalPositive << 1 | 1
      horizontalNegative <<= 1
      positive = horizontalNegative | ~(diagonal | horizontalPositive)
      negative = horizontalPositive & diagonal
    }
    return distance
  }

  private static func blocks(_ pattern: ArraySlice<Unicode.Scalar>, _ text: ArraySlice<Unicode.Scalar>) -> Int {
    let count = (pattern.count + 63) / 64
    let matches = MatchTable(pattern, blocks: count)
    var positive = [UInt64](repeating: .max, count: count)
    var negative = [UInt64](repeating: 0, count: count)
    var distance = pattern.count
    let last = UInt64(1) << UInt64((pattern.count - 1) % 64)
    for scalar in text {
      // The row above the first block grows by one with every text scalar.
      var carryPositive: UInt64 = 1
      var carryNegative: UInt64 = 0
      let row = matches.row(of: scalar)
      for block in 0..<count {
        let equal = matches.words[row + block]
        let p = positive[block]
        let n = negative[block]
        let withCarry = equal | carryNegative
        let diagonal = (((withCarry & p) &+ p) ^ p) | withCarry | n
        let vertical = equal | n
        var horizontalPositive = n | ~(diagonal | p)
        var horizontalNegative = p & diagonal
        if block == count - 1 {
          if horizontalPositive & last != 0 { distance += 1 }
          if horizontalNegative & last != 0 { distance -= 1 }
        }
        let outPositive = horizontalPositive >> 63
        let outNegative = horizontalNegative >> 63
        horizontalPositive = horizontalPositive << 1 | carryPositive
        horizontalNegative = horizontalNegative << 1 | carryNegative
        positive[block] = horizontalNegative | ~(vertical | horizontalPositive)
        negative[block] = horizontalPositive & vertical
        (carryPositive, carryNegative) = (outPositive, outNegative)
      }
    }
    return distance
  }

  /// Where each scalar occurs in the pattern: one bit per place, in words of 64.
  private struct MatchTable {
    private(set) var words: [UInt64]  // [1 + distinct scalars, blocks]; row 0 is that of scalars that do not occur
    private var ascii: [Int]  // [128], the first word of a scalar's row
    private var others: [Unicode.Scalar: Int] = [:]

    init(_ pattern: ArraySlice<Unicode.Scalar>, blocks: Int) {
      words = [UInt64](repeating: 0, count: blocks)
      ascii = [Int](repeating: 0, count: 128)
      for (place, scalar) in pattern.enumerated() {
        var row = row(of: scalar)
        if row == 0 {
          row = words.count
          words.append(contentsOf: repeatElement(0, count: blocks))
          if scalar.isASCII { ascii[Int(scalar.value)] = row } else { others[scalar] = row }
        }
        words[row + place / 64] |= 1 << UInt64(place % 64)
      }
    }

    func row(of scalar: Unicode.Scalar) -> Int {
      scalar.isASCII ? ascii[Int(scalar.value)] : others[scalar] ?? 0
    }

    subscript(scalar: Unicode.Scalar, block: Int) -> UInt64 { words[row(of: scalar) + block] }
  }
}
