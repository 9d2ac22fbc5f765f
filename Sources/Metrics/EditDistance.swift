import PythonText

/// Levenshtein distance over Unicode scalars with unit costs.
///
/// Bit-parallel (Myers 1999, in Hyyrö's formulation): 64 rows of the table advance per word
/// operation, the vertical differences of 64 pattern scalars held in two words. Up to 64 scalars
/// that is one word per text scalar; longer texts are in `EditDistance+Band.swift`.
public enum EditDistance {
  public static func levenshtein(_ a: PythonString, _ b: PythonString) -> Int {
    levenshtein(a.scalars, b.scalars)
  }

  public static func levenshtein(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    a.count <= b.count
      ? levenshtein(pattern: a.span, text: b.span) : levenshtein(pattern: b.span, text: a.span)
  }

  /// - Parameter pattern: the shorter of the two
  private static func levenshtein(pattern: Span<Unicode.Scalar>, text: Span<Unicode.Scalar>) -> Int
  {
    // Equal ends never cost anything.
    var start = 0
    while start < pattern.count, pattern[start] == text[start] { start += 1 }
    var (patternEnd, textEnd) = (pattern.count, text.count)
    while patternEnd > start, pattern[patternEnd - 1] == text[textEnd - 1] {
      (patternEnd, textEnd) = (patternEnd - 1, textEnd - 1)
    }
    let (rest, other) = (pattern.extracting(start..<patternEnd), text.extracting(start..<textEnd))
    if rest.isEmpty { return other.count }
    return rest.count <= 64 ? oneWord(rest, other) : banded(rest, other)
  }

  /// The distance of a pattern of 1 to 64 scalars.
  private static func oneWord(_ pattern: Span<Unicode.Scalar>, _ text: Span<Unicode.Scalar>) -> Int
  {
    // Where each scalar occurs in the pattern. Others than ASCII are looked for one by one: there
    // are at most 64.
    var ascii = InlineArray<128, UInt64>(repeating: 0)
    var hasOthers = false
    for place in 0..<pattern.count {
      let scalar = pattern[place]
      if scalar.isASCII { ascii[Int(scalar.value)] |= 1 << UInt64(place) } else { hasOthers = true }
    }
    var positive = UInt64.max
    var negative: UInt64 = 0
    var distance = pattern.count
    let last = UInt64(1) << UInt64(pattern.count - 1)
    for position in 0..<text.count {
      let scalar = text[position]
      var equal: UInt64 = 0
      if scalar.isASCII {
        equal = ascii[Int(scalar.value)]
      } else if hasOthers {
        for place in 0..<pattern.count where pattern[place] == scalar {
          equal |= 1 << UInt64(place)
        }
      }
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
}
