import HeapModule

/// Byte-pair encoding over token ids: of all adjacent pairs the one with the lowest rank is merged,
/// the leftmost first.
struct BytePairEncoder: Sendable {
  struct Merge: Sendable, Hashable {
    var rank: UInt32
    var id: UInt32
  }

  /// By spelling in the byte alphabet.
  let vocabulary: [[UInt8]: Int]
  /// By left id × 2³² + right id.
  private let merges: [UInt64: Merge]
  /// By byte; nil where the vocabulary lacks the byte.
  private let byteIDs: [UInt32?]
  /// A word that is in the vocabulary is taken as it is, whatever the merges say.
  private let ignoresMerges: Bool

  init(vocabulary: [[UInt8]: Int], merges: [UInt64: Merge], ignoresMerges: Bool) {
    self.vocabulary = vocabulary
    self.merges = merges
    self.ignoresMerges = ignoresMerges
    byteIDs = ByteAlphabet.spellings.map { vocabulary[$0].map(UInt32.init) }
  }

  static func key(_ left: Int, _ right: Int) -> UInt64 { UInt64(left) << 32 | UInt64(right) }

  /// Appends the ids of one word, given as raw bytes; bytes that the vocabulary lacks are left out.
  func encode(_ word: ArraySlice<UInt8>, into ids: inout [Int]) {
    if ignoresMerges, let id = vocabulary[ByteAlphabet.spelling(of: word)] {
      ids.append(id)
      return
    }
    var tokens: [UInt32] = []
    tokens.reserveCapacity(word.count)
    for byte in word { if let id = byteIDs[Int(byte)] { tokens.append(id) } }
    if tokens.count > 1 { merge(&tokens) }
    for token in tokens { ids.append(Int(token)) }
  }

  /// A doubly linked list of tokens and a heap of candidate merges: n log n, so that one endless
  /// word cannot stall.
  private func merge(_ tokens: inout [UInt32]) {
    let count = tokens.count
    let absent = UInt32.max
    var next = (0..<count).map { UInt32($0 + 1) }
    next[count - 1] = absent
    var previous = (0..<count).map { $0 == 0 ? absent : UInt32($0 - 1) }
    var candidates = Heap<UInt64>()  // rank × 2³² + position of the left token

    func candidate(
      _ left: UInt32, _ tokens: [UInt32], _ next: [UInt32]
    ) -> (priority: UInt64, merge: Merge)? {
      guard left != absent, tokens[Int(left)] != absent, next[Int(left)] != absent else {
        return nil
      }
      guard let merge = merges[Self.key(Int(tokens[Int(left)]), Int(tokens[Int(next[Int(left)])]))]
      else { return nil }
      return (UInt64(merge.rank) << 32 | UInt64(left), merge)
    }

    for position in 0..<UInt32(count - 1) {
      if let found = candidate(position, tokens, next) { candidates.insert(found.priority) }
    }
    while let priority = candidates.popMin() {
      let left = UInt32(truncatingIfNeeded: priority)
      // A neighbour may have been merged away since this candidate was noted.
      guard let found = candidate(left, tokens, next), found.priority == priority else { continue }
      let right = next[Int(left)]
      tokens[Int(left)] = found.merge.id
      tokens[Int(right)] = absent
      next[Int(left)] = next[Int(right)]
      if next[Int(left)] != absent { previous[Int(next[Int(left)])] = left }
      if let found = candidate(left, tokens, next) { candidates.insert(found.priority) }
      if let found = candidate(previous[Int(left)], tokens, next) {
        candidates.insert(found.priority)
      }
    }
    tokens.removeAll { $0 == absent }
  }
}
