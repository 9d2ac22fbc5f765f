import ArgumentParser

/// Which options were typed: the parser says what their values are, not whether a value is the
/// default or was asked for. An option that would have no effect is refused and not passed over.
///
/// ```swift
/// try GivenOptions().refuse(["--scratch"], "with --model: no weights are synthesized")
/// ```
struct GivenOptions {
  private let names: Set<String>

  /// - Parameter arguments: without the program's name
  init(_ arguments: [String] = Array(CommandLine.arguments.dropFirst())) {
    names = Set(
      ProxyVEval.underscoresAccepted(arguments).prefix { $0 != "--" }
        .filter { $0.hasPrefix("--") }.map { String($0.prefix { $0 != "=" }) })
  }

  func contains(_ name: String) -> Bool { names.contains(name) }

  /// Those of `options` that were given, in that order.
  func given(of options: [String]) -> [String] { options.filter(names.contains) }

  /// - Parameter condition: an option without which nothing is refused
  /// - Throws: `ValidationError` that names the given ones of `options`.
  func refuse(_ options: [String], _ reason: String, where condition: String? = nil) throws {
    if let condition, !contains(condition) { return }
    let given = given(of: options)
    guard !given.isEmpty else { return }
    throw ValidationError(
      "\(given.joined(separator: ", ")) would have no effect \(reason)")
  }
}
