public import DataFormats

/// How far results may be from the vectors of `golden/statistics` (docs/comparison.md,
/// section 14).
public enum VectorAgreement {
  /// Where two results differ by more than the tolerance of their place; empty where they agree.
  ///
  /// - Parameter kind: the kind of the vector's line, which decides about bare numbers
  public static func differences(
    _ result: JSONValue, _ expected: JSONValue, kind: String, at path: [String] = []
  ) -> [String] {
    switch (result, expected) {
    case (.object(let x), .object(let y)):
      let missing = Set(x.keys).symmetricDifference(y.keys)
      return missing.map { (path + [$0]).joined(separator: ".") + " is on one side only" }
        + x.flatMap { key, value in
          y[key].map { differences(value, $0, kind: kind, at: path + [key]) } ?? []
        }
    case (.array(let x), .array(let y)):
      if x.count != y.count {
        return [path.joined(separator: ".") + ": \(x.count) entries instead of \(y.count)"]
      }
      return zip(x, y).enumerated().flatMap {
        differences($1.0, $1.1, kind: kind, at: path + [String($0)])
      }
    case (.string(let x), .string(let y)) where x.utf8.elementsEqual(y.utf8): return []
    default:
      guard let x = result.doubleValue, let y = expected.doubleValue else {
        return result == expected
          ? [] : [path.joined(separator: ".") + ": \(result.text()) instead of \(expected.text())"]
      }
      let allowed = tolerance(kind, path)
      let isNear =
        x == y
        || abs(x - y) <= allowed.share * (allowed.isRelative ? abs(y) : max(1, abs(x), abs(y)))
      return isNear ? [] : [path.joined(separator: ".") + ": \(x) instead of \(y)"]
    }
  }

  private static func tolerance(
    _ kind: String, _ path: [String]
  ) -> (share: Double, isRelative: Bool) {
    switch kind {
    case "t_quantile", "t_upper_tail", "normal_quantile", "poisson_upper", "e_value":
      return (1e-10, true)
    case "mcnemar": return (1e-11, true)
    // What was drawn agrees to the last bit.
    case "resample" where path.contains("first") || path.last == "t": return (0, true)
    case "change_points" where path.last == "p": return (1e-9, false)
    default: break
    }
    let approximate: Set = ["p", "p_two", "p_less", "p_mid", "low", "high", "df", "p_holm"]
    return approximate.contains(path.last ?? "") ? (1e-10, false) : (1e-12, false)
  }
}
