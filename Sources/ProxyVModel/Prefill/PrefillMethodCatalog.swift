public import Checkpoints
import Diagnostics

/// The prefill methods by name.
public enum PrefillMethodCatalog {
  /// Every name that `--method` takes, with what it does.
  public static let all: [(name: String, summary: String)] = [
    ("baseline", "vision tokens take part in attention and FFN of every layer"),
    ("proxyv", "from the checkpoint's start layer on, proxy tokens stand in for the vision tokens"),
  ]

  /// The method that a checkpoint was trained for.
  public static func defaultName(_ configuration: ModelConfiguration) -> String { configuration.usesProxies ? "proxyv" : "baseline" }

  /// The method `name`, or, where it is nil, the one that the checkpoint was trained for.
  /// - Throws: ``ModelError`` for an unknown name, or a method whose weights the checkpoint lacks.
  static func method(named name: String?, store: TensorStoreView, configuration: ModelConfiguration) throws -> any PrefillMethod {
    switch name ?? defaultName(configuration) {
    case "baseline":
      return BaselinePrefill()
    case "proxyv":
      if configuration.learnsProxies {
        throw ModelError(.methodUnavailable, "this checkpoint has learned proxies, which cannot be run yet; use --method baseline")
      }
      return try ProxyVPrefill(store: store, configuration: configuration)
    case let unknown:
      throw ModelError(.unknownMethod, "unknown method \"\(unknown)\"; \(suggestion(for: unknown, among: all.map(\.name)))")
    }
  }
}
