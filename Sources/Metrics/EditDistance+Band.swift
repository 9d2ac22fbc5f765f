/// Long texts: only the words of the table that a cheap alignment can pass through are computed
/// (Ukkonen 1985), and four columns at a time: the word of one column waits for the word above it,
/// those of the other three columns need not.
extension EditDistance {
  /// 64 rows of the table at the current column: which of them hold one more, and one less, than
  /// the row above.
  private struct Block {
    var positive = UInt64.max
    var negative: UInt64 = 0

    /// The value in the last of the rows that `mask` selects, less the value in the row above the
    /// first.
    func rise(_ mask: UInt64 = .max) -> Int {
      (positive & mask).nonzeroBitCount - (negative & mask).nonzeroBitCount
    }
  }

  /// The columns that are computed together.
  private static let stride = 4

  /// The distance of two texts, the pattern being longer than a word and not longer than the text.
  ///
  /// Tries with an upper bound of an eighth of the text. Where the distance turns out to be
  /// greater, the place up to which the bound sufficed tells how much greater.
  static func banded(_ pattern: Span<Unicode.Scalar>, _ text: Span<Unicode.Scalar>) -> Int {
    let matches = MatchTable(pattern)
    var rows: [Int] = []  // [text], the first word of each scalar's row in the table of matches
    rows.reserveCapacity(text.count)
    for position in 0..<text.count { rows.append(matches.row(of: text[position])) }
    var bound = max(64, text.count / 8, text.count - pattern.count)
    while true {
      bound = min(bound, text.count)
      var band = Band(patternCount: pattern.count, matches: matches, bound: bound)
      if let distance = band.run(rows) { return distance }
      bound = max(2 * bound, bound * text.count / max(band.columnsDone, 1) * 9 / 8)
    }
  }

  /// The computed part of the current column.
  private struct Band {
    let m: Int
    let blockCount: Int
    let words: [UInt64]
    var bound: Int
    var blocks: [Block]
    /// The blocks of the band.
    var first = 0
    var last = 0
    /// The table's value in the row above the first block, and in the last row of the last one.
    var topScore = 0
    var bottomScore = 64
    var columnsDone = 0

    init(patternCount: Int, matches: MatchTable, bound: Int) {
      m = patternCount
      blockCount = matches.blockCount
      words = matches.words
      self.bound = bound
      blocks = [Block](repeating: Block(), count: blockCount)
    }

    /// The distance, or nil where it is greater than the bound; never nil for a bound equal to the
    /// text's length.
    ///
    /// A cell (i, j) with the value D lies on an alignment that costs at least D + |(m - i) - (n -
    /// j)|. A block all of whose cells exceed the bound in this way is left out of the column. At
    /// the edges of the band the missing neighbours are taken for one more than the last known
    /// ones: never too low, and only ever too high for cells that no alignment within the bound
    /// uses.
    mutating func run(_ rows: [Int]) -> Int? {
      while columnsDone < rows.count {
        let width = rows.count - columnsDone >= EditDistance.stride ? EditDistance.stride : 1
        grow(columnsLeft: rows.count - columnsDone, within: width)
        advance(rows, from: columnsDone, count: width)
        topScore += width
        columnsDone += width
        let left = rows.count - columnsDone
        // From the band's last row no alignment needs more than this.
        bound = min(bound, lastScore + max(left, m - lastRow(last)))
        while last >= first,
          EditDistance.leastCost(lastScore, rowsLeft: m - lastRow(last), columnsLeft: left) > bound
        {
          bottomScore -= blocks[last].rise()
          last -= 1
        }
        while first <= last {
          let rise = blocks[first].rise(mask(first))
          if EditDistance.leastCost(
            topScore + rise, rowsLeft: m - lastRow(first), columnsLeft: left) <= bound
          {
            break
          }
          topScore += rise
          first += 1
        }
        if first > last { return nil }
      }
      guard last == blockCount - 1, lastScore <= bound else { return nil }
      return lastScore
    }

    /// The pattern's row in which a block ends.
    private func lastRow(_ block: Int) -> Int { min((block + 1) * 64, m) }

    /// The bits of a block that are rows of the pattern; it may end before the last word does.
    private func mask(_ block: Int) -> UInt64 {
      let left = m - block * 64
      return left >= 64 ? .max : 1 << UInt64(left) - 1
    }

    /// The table's value in the pattern's row in which the band ends.
    private var lastScore: Int { bottomScore - blocks[last].rise(~mask(last)) }

    /// Adds the blocks that an alignment can enter from above within the next columns.
    ///
    /// In that many columns the value in a row falls by at most as much, and so does the distance
    /// to the main diagonal.
    private mutating func grow(columnsLeft: Int, within width: Int) {
      while last + 1 < blockCount,
        bottomScore + abs(m - lastRow(last) - columnsLeft) <= bound + 2 * width
      {
        last += 1
        blocks[last] = Block()
        bottomScore += 64
      }
    }

    private mutating func advance(_ rows: [Int], from column: Int, count: Int) {
      let band = first...last
      if count == EditDistance.stride, band.count >= EditDistance.stride {
        bottomScore += EditDistance.advance(
          &blocks, band, words, rows[column], rows[column + 1], rows[column + 2], rows[column + 3])
      } else {
        for place in column..<column + count {
          bottomScore += EditDistance.advance(&blocks, band, words, rows[place])
        }
      }
    }
  }

  /// One column; returns by how much the value in the band's last row grows.
  private static func advance(
    _ blocks: inout [Block], _ band: ClosedRange<Int>, _ words: [UInt64], _ row: Int
  ) -> Int {
    let words = words.span
    var blocks = blocks.mutableSpan
    var carry = Carry()
    for block in band {
      blocks[unchecked: block] = advanced(
        blocks[unchecked: block], words[unchecked: row + block], &carry)
    }
    return carry.difference
  }

  /// Four columns of at least four blocks: each column lags a block behind the one before it.
  private static func advance(
    _ blocks: inout [Block], _ band: ClosedRange<Int>, _ words: [UInt64], _ row0: Int, _ row1: Int,
    _ row2: Int, _ row3: Int
  ) -> Int {
    let words = words.span
    var blocks = blocks.mutableSpan
    var (carry0, carry1, carry2, carry3) = (Carry(), Carry(), Carry(), Carry())
    let (first, last) = (band.lowerBound, band.upperBound)
    // What has passed one, two and three columns.
    var one = advanced(blocks[unchecked: first], words[unchecked: row0 + first], &carry0)
    var two = advanced(one, words[unchecked: row1 + first], &carry1)
    one = advanced(blocks[unchecked: first + 1], words[unchecked: row0 + first + 1], &carry0)
    var three = advanced(two, words[unchecked: row2 + first], &carry2)
    two = advanced(one, words[unchecked: row1 + first + 1], &carry1)
    one = advanced(blocks[unchecked: first + 2], words[unchecked: row0 + first + 2], &carry0)
    for block in first + 3...last {
      blocks[unchecked: block - 3] = advanced(three, words[unchecked: row3 + block - 3], &carry3)
      three = advanced(two, words[unchecked: row2 + block - 2], &carry2)
      two = advanced(one, words[unchecked: row1 + block - 1], &carry1)
      one = advanced(blocks[unchecked: block], words[unchecked: row0 + block], &carry0)
    }
    blocks[unchecked: last - 2] = advanced(three, words[unchecked: row3 + last - 2], &carry3)
    three = advanced(two, words[unchecked: row2 + last - 1], &carry2)
    two = advanced(one, words[unchecked: row1 + last], &carry1)
    blocks[unchecked: last - 1] = advanced(three, words[unchecked: row3 + last - 1], &carry3)
    three = advanced(two, words[unchecked: row2 + last], &carry2)
    blocks[unchecked: last] = advanced(three, words[unchecked: row3 + last], &carry3)
    return carry0.difference + carry1.difference + carry2.difference + carry3.difference
  }

  /// What an alignment through any cell of a block costs at least, given the value in the block's
  /// last row.
  ///
  /// Each row further up may hold one less; it is nearer to the main diagonal where fewer rows than
  /// columns are left.
  private static func leastCost(_ score: Int, rowsLeft: Int, columnsLeft: Int) -> Int {
    let ahead = columnsLeft - rowsLeft
    return ahead <= 0 ? score - ahead : score + ahead - 2 * min(63, ahead)
  }

  /// The horizontal difference that enters a block's first row from above and leaves it below its
  /// last: 1 above the band.
  private struct Carry {
    var positive: UInt64 = 1
    var negative: UInt64 = 0
    var difference: Int { Int(positive) - Int(negative) }
  }

  /// One column of one block.
  @inline(__always)
  private static func advanced(_ block: Block, _ equal: UInt64, _ carry: inout Carry) -> Block {
    let (positive, negative) = (block.positive, block.negative)
    let withCarry = equal | carry.negative
    let diagonal = (((withCarry & positive) &+ positive) ^ positive) | withCarry | negative
    let horizontalPositive = negative | ~(diagonal | positive)
    let horizontalNegative = positive & diagonal
    let shiftedPositive = horizontalPositive << 1 | carry.positive
    let shiftedNegative = horizontalNegative << 1 | carry.negative
    carry = Carry(positive: horizontalPositive >> 63, negative: horizontalNegative >> 63)
    return Block(
      positive: shiftedNegative | ~(equal | negative | shiftedPositive),
      negative: shiftedPositive & (equal | negative))
  }

  /// Where each scalar occurs in a pattern: one bit per place, in words of 64.
  private struct MatchTable {
    let blockCount: Int
    // [1 + distinct scalars, blockCount]; row 0 is that of scalars that do not occur
    private(set) var words: [UInt64]
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
