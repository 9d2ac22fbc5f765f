import PythonText

/// How many n-grams of a text occur in its reference, for n from 1 to 4: what every form of BLEU is
/// made of.
///
/// Statistics of several texts add up to those of a corpus.
public struct NGramStatistics: Sendable, Equatable {
  public static let orders = 4

  /// n-grams of the prediction that the reference has too, each at most as often as there. //
  /// [orders]
  public var matches: [Int]
  /// n-grams of the prediction. // [orders]
  public var totals: [Int]
  public var predictionLength: Int
  public var referenceLength: Int

  /// Counts over tokens.
  public init(prediction: [PythonString], reference: [PythonString]) {
    var numbers: [PythonString: Int32] = [:]
    func numbered(_ tokens: [PythonString]) -> [Int32] {
      tokens.map { token in
        if let number = numbers[token] { return number }
        // A page has far fewer distinct tokens than 32 bits can number.
        let number = Int32(clamping: numbers.count)
        numbers[token] = number
        return number
      }
    }
    let (predicted, expected) = (numbered(prediction), numbered(reference))
    matches = []
    totals = []
    for order in 1...Self.orders {
      let wanted = Self.counts(expected, order: order)
      let found = Self.counts(predicted, order: order)
      matches.append(found.reduce(0) { $0 + min($1.value, wanted[$1.key] ?? 0) })
      totals.append(max(0, predicted.count - order + 1))
    }
    predictionLength = predicted.count
    referenceLength = expected.count
  }

  /// The sums over several texts; nil for none.
  public static func sum(_ parts: [NGramStatistics]) -> NGramStatistics? {
    guard var sum = parts.first else { return nil }
    for part in parts.dropFirst() {
      for index in 0..<orders {
        sum.matches[index] += part.matches[index]
        sum.totals[index] += part.totals[index]
      }
      sum.predictionLength += part.predictionLength
      sum.referenceLength += part.referenceLength
    }
    return sum
  }

  /// How often each n-gram occurs, as four token numbers; an unused place is -1.
  private static func counts(_ tokens: [Int32], order: Int) -> [SIMD4<Int32>: Int] {
    var counts: [SIMD4<Int32>: Int] = [:]
    guard tokens.count >= order else { return counts }
    for start in 0...(tokens.count - order) {
      var gram = SIMD4<Int32>(repeating: -1)
      for offset in 0..<order { gram[offset] = tokens[start + offset] }
      counts[gram, default: 0] += 1
    }
    return counts
  }
}
