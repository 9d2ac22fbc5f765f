/// Several tests, one statement (docs/comparison.md, section 7).
public enum Multiplicity {
  /// Holm's adjusted p values, for the family of the gate: none of the true hypotheses is rejected
  /// with a probability above alpha.
  public static func holm(_ p: [Double]) -> [Double] {
    var adjusted = p
    var largest = 0.0
    for (rank, place) in ascending(p).enumerated() {
      largest = max(largest, min(1, Double(p.count - rank) * p[place]))
      adjusted[place] = largest
    }
    return adjusted
  }

  /// Benjamini and Hochberg's adjusted p values, for exploration: they bound the share of false
  /// discoveries.
  public static func benjaminiHochberg(_ p: [Double]) -> [Double] {
    var adjusted = p
    var smallest = 1.0
    for (rank, place) in ascending(p).enumerated().reversed() {
      smallest = min(smallest, p[place] * Double(p.count) / Double(rank + 1))
      adjusted[place] = smallest
    }
    return adjusted
  }

  /// The level of the `k`-th comparison with changed answers against one pinned baseline; all
  /// levels together are `alpha`: `6 alpha / (pi k)^2`.
  public static func spentAlpha(_ alpha: Double, comparison k: Int) -> Double {
    6 * alpha / (Double.pi * Double.pi * Double(k) * Double(k))
  }

  /// Places by rising p; ties as they came.
  private static func ascending(_ p: [Double]) -> [Int] {
    p.indices.sorted { p[$0] == p[$1] ? $0 < $1 : p[$0] < p[$1] }
  }
}
