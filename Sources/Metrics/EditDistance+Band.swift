/// Long texts: only the words of the table that a cheap alignment can pass through are computed (Ukkonen 1985).
extension EditDistance {
  /// 64 rows of the table at the current column.
  private struct Block {
    /// The vertical differences: bits of rows that are one more, and one less, than the row above.
    var positive = UInt64.max
    var negative: UInt64 = 0
    /// The table's value in the block's last row.
    var score = 0
  }

  /// The distance of two texts, the pattern being longer than a word and not longer than the text.
  ///
  /// Tries with an upper bound of an eighth of the text and doubles it until the distance lies below: texts that are alike cost
  /// a narrow band, and texts that are not fail the small bounds after a few columns.
  static func banded(_ pattern: Span<Unicode.Scalar>, _ text: Span<Unicode.Scalar>) -> Int {
    let matches = MatchTable(pattern)
    var rows: [Int] = []  // [text], the first word of each scalar's row in the table of matches
    rows.reserveCapacity(text.count)
    for position in 0..<text.count { rows.append(matches.row(of: text[position])) }
    var bound = max(64, text.count / 8, text.count - pattern.count)
    while true {
      bound = min(bound, text.count)
      if let distance = banded(patternCount: pattern.count, matches, rows, bound: bound) { return distance }
      bound *= 2
    }
  }

  /// The distance, or nil where it is greater than `bound`; never nil for `bound` equal to the text's length.
  ///
  /// A cell (i, j) with the value D lies on an alignment that costs at least D + |(m - i) - (n - j)|. A block all of whose cells
  /// exceed the bound in this way is left out of the column. At the edges of the band the missing neighbours are taken for one
  /// more than the last known ones: never too low, and only ever too high for cells that no alignment within the bound uses.
  private static func banded(patternCount m: Int, _ matches: MatchTable, _ rows: [Int], bound: Int) -> Int? {
    let n = rows.count
    let count = matches.blockCount
    let words = matches.words.span
    var storage = [Block](repeating: Block(), count: count)
    var blocks = storage.mutableSpan  // [count]
    func lastRow(_ block: Int) -> Int { min((block + 1) * 64, m) }
    for block in 0..<count { blocks[block].score = lastRow(block) }
    // The first column: row i holds i.
    var first = 0
    var last = 0
    while last + 1 < count, lastRow(last) + abs((m - lastRow(last)) - n) <= bound { last += 1 }

    for column in 0..<n {
      let row = rows[column]
      // The row above the band grows by one with every text scalar.
      var carry = Carry(positive: 1, negative: 0)
      var previousScore = 0
      for block in first...last {
        previousScore = blocks[unchecked: block].score
        advance(&blocks[unchecked: block], equal: words[unchecked: row + block], &carry, lastBit: lastBit(block, m))
      }
      let remaining = n - column - 1
      // The band grows downwards where the lowest block's last cell, here or in the column before, may still be passed through.
      while last + 1 < count {
        let rowsLeft = m - lastRow(last)
        guard
          blocks[last].score + abs(rowsLeft - remaining) <= bound || previousScore + abs(rowsLeft - remaining - 1) <= bound
        else { break }
        last += 1
        blocks[last] = Block(score: previousScore + lastRow(last) - lastRow(last - 1))
        previousScore = blocks[last].score
        advance(&blocks[last], equal: words[row + last], &carry, lastBit: lastBit(last, m))
      }
      while last >= first, leastCost(blocks[last].score, rowsLeft: m - lastRow(last), columnsLeft: remaining) > bound { last -= 1 }
      while first <= last, leastCost(blocks[first].score, rowsLeft: m - lastRow(first), columnsLeft: remaining) > bound { first += 1 }
      if first > last { return nil }
    }
    let distance = last == count - 1 ? blocks[last].score : .max
    return distance <= bound ? distance : nil
  }

  /// What an alignment through any cell of a block costs at least, given the value in the block's last row.
  ///
  /// Each row further up may hold one less; it is nearer to the main diagonal where fewer rows than columns are left.
  private static func leastCost(_ score: Int, rowsLeft: Int, columnsLeft: Int) -> Int {
    let ahead = columnsLeft - rowsLeft
    return ahead <= 0 ? score - ahead : score + ahead - 2 * min(63, ahead)
  }

  /// The bit of the last row of a block: in the last block the pattern may end before the word does.
  private static func lastBit(_ block: Int, _ m: Int) -> UInt64 {
    let left = m - block * 64
    return left >= 64 ? 63 : UInt64(left - 1)
  }

  /// The horizontal difference that enters a block's first row from above and leaves it below its last.
  private struct Carry {
    var positive: UInt64
    var negative: UInt64
  }

  /// One column of one block.
  @inline(__always)
  private static func advance(_ block: inout Block, equal: UInt64, _ carry: inout Carry, lastBit: UInt64) {
    let (positive, negative) = (block.positive, block.negative)
    let withCarry = equal | carry.negative
    let diagonal = (((withCarry & positive) &+ positive) ^ positive) | withCarry | negative
    var horizontalPositive = negative | ~(diagonal | positive)
    var horizontalNegative = positive & diagonal
    let out = Carry(positive: horizontalPositive >> lastBit & 1, negative: horizontalNegative >> lastBit & 1)
    block.score += Int(out.positive) - Int(out.negative)
    horizontalPositive = horizontalPositive << 1 | carry.positive
    horizontalNegative = horizontalNegative << 1 | carry.negative
    block.positive = horizontalNegative | ~(equal | negative | horizontalPositive)
    block.negative = horizontalPositive & (equal | negative)
    carry = out
  }

  /// Where each scalar occurs in a pattern: one bit per place, in words of 64.
  private struct MatchTable {
    let blockCount: Int
    private(set) var words: [UInt64]  // [1 + distinct scalars, blockCount]; row 0 is that of scalars that do not occur
    private var ascii = InlineArray<128, Int>(repeating: 0)  // the first word of a scalar's row
    private var others: [Unicode.Scalar: Int] = [:]

    init(_ pattern: Span<Unicode.Scalar>) {
      blockCount = (pattern.count + 63) / 64
      words = [UInt64](repeating: 0, count: blockCount)
      for place in 0..<pattern.count {
        let scalar = pattern[place]
        var row = row(of: scalar)
        if row == 0 {
          row = words.count
          words.append(contentsOf: repeatElement(0, count: blockCount))
          if scalar.isASCII { ascii[Int(scalar.value)] = row } else { others[scalar] = row }
        }
        words[row + place / 64] |= 1 << UInt64(place % 64)
      }
    }

    func row(of scalar: Unicode.Scalar) -> Int {
      scalar.isASCII ? ascii[Int(scalar.value)] : others[scalar] ?? 0
    }
  }
}
