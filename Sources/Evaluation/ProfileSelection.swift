import Diagnostics
import Metrics

/// The profiles that a run is scored under: `--profile`.
public enum ProfileSelection: Sendable, Equatable {
  case one(Profile)
  /// Every profile that a benchmark has.
  case all

  public static let allName = "all"

  /// The profile with this name, or all of them.
  /// - Throws: ``MetricError`` `unknown-name` with the nearest name.
  public static func named(_ name: String) throws(MetricError) -> ProfileSelection {
    if name.lowercased() == allName { return .all }
    do {
      return .one(try Profile.named(name))
    } catch {
      // Not near any profile, but perhaps near "all": the list then names it too.
      guard nearestName(to: name, among: Profile.allCases.map(\.rawValue)) == nil else {
        throw error
      }
      throw MetricError(
        .unknownName,
        """
        unknown profile \"\(name)\"; \
        \(suggestion(for: name, among: Profile.allCases.map(\.rawValue) + [allName]))
        """
      )
    }
  }

  public func profiles(for benchmark: any Benchmark) -> [Profile] {
    switch self {
    case .one(let profile): [profile]
    case .all: benchmark.profiles
    }
  }
}
