import Metrics
import PythonText
import Testing

@Suite struct EditDistanceTests {
  /// The textbook table: the oracle of the bit-parallel form.
  static func reference(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let next = min(row[j] + 1, row[j + 1] + 1, diagonal + (x == y ? 0 : 1))
        diagonal = row[j + 1]
        row[j + 1] = next
      }
    }
    return row[b.count]
  }

  /// Lengths around the word size of 64, alphabets small and large, scalars inside and outside
  /// ASCII.
  static let shapes: [(Int, Int, String)] =
    [0, 1, 2, 63, 64, 65, 127, 128, 129, 200].flatMap { length in
      [0, 1, 64, 70, 192, 333].flatMap { other in
        ["ab", "abcdefgh ", "aé漢\u{1F600}z"].map { (length, other, $0) }
      }
    }

  @Test(arguments: shapes)
  func theDistanceEqualsTheTextbooks(length: Int, other: Int, alphabet: String) {
    var generator = TestGenerator(state: UInt64(length * 1000 + other))
    let letters = Array(alphabet.unicodeScalars)
    for _ in 0..<4 {
      let a = (0..<length).map { _ in letters.randomElement(using: &generator) ?? "a" }
      let b = (0..<other).map { _ in letters.randomElement(using: &generator) ?? "a" }
      #expect(EditDistance.levenshtein(a, b) == Self.reference(a, b))
    }
  }

  /// Long texts that are more or less alike, cut, moved and of different lengths: narrow bands,
  /// wide ones and failing bounds.
  @Test(arguments: [0, 1, 3, 10, 40, 100], [(900, 0), (900, 64), (1300, 700), (130, 2000)])
  func alikeTextsEqualTheTextbooks(percentChanged: Int, shape: (length: Int, inserted: Int)) {
    var generator = TestGenerator(state: UInt64(percentChanged * 77 + shape.length))
    let letters = Array("abcdefghijklmnop é漢".unicodeScalars)
    func letter() -> Unicode.Scalar { letters.randomElement(using: &generator) ?? "a" }
    let page = (0..<shape.length).map { _ in letter() }
    for place in [0, shape.length / 2, shape.length] {
      var other = page.flatMap { scalar -> [Unicode.Scalar] in
        guard Int.random(in: 0..<100, using: &generator) < percentChanged else { return [scalar] }
        return [[letter()], [], [scalar, letter()]].randomElement(using: &generator) ?? []
      }
      other.insert(
        contentsOf: (0..<shape.inserted).map { _ in letter() }, at: min(place, other.count))
      #expect(EditDistance.levenshtein(page, other) == Self.reference(page, other))
      let moved = Array(other.dropFirst(100)) + other.prefix(100)
      #expect(EditDistance.levenshtein(moved, page) == Self.reference(page, moved))
    }
  }

  /// A page of which a stretch was moved: the way from one corner of the table to the other leaves
  /// the diagonal by as much as was moved, and a band that is too tight, or that grows too little,
  /// gives a number that is too large.
  @Test(arguments: [2, 11, 19], 0..<8)
  func `rotated pages equal the textbook's`(letters count: Int, series: Int) {
    var generator = TestGenerator(state: UInt64(count * 1000 + series))
    for _ in 0..<250 {
      let length = Int.random(in: 65...250, using: &generator)
      let page = (0..<length).map { _ in
        Unicode.Scalar(UInt8(97 + Int.random(in: 0..<count, using: &generator)))
      }
      let shift = Int.random(in: 1...150, using: &generator) % length
      var moved = Array(page[shift...] + page[..<shift])
      for _ in 0..<Int.random(in: 0...6, using: &generator) {
        moved.remove(at: Int.random(in: 0..<moved.count, using: &generator))
      }
      let expected = Self.reference(page, moved)
      let found = EditDistance.levenshtein(page, moved)
      #expect(found == expected, "\(length) letters of \(count), moved by \(shift)")
      #expect(EditDistance.levenshtein(moved, page) == expected)
    }
  }

  @Test func nearTextsAndEqualEndsAreCounted() {
    let page = (0..<500).map { Unicode.Scalar(UInt8(97 + $0 % 23)) }
    var edited = page
    edited.remove(at: 400)
    edited.insert("Z", at: 77)
    edited[250] = "Y"
    #expect(EditDistance.levenshtein(page, edited) == 3)
    #expect(EditDistance.levenshtein(edited, page) == 3)
    #expect(EditDistance.levenshtein("kitten", "sitting") == 3)
    #expect(EditDistance.levenshtein("", "abc") == 3)
  }
}

struct TestGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state >> 33) ^ (state << 31)
  }
}
