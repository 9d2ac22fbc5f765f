import Diagnostics
import Foundation
import Yams

/// A value of a YAML file together with where it stands, so that every complaint names the file,
/// the line, and the path of the key.
struct ConfigurationNode {
  let node: Node
  let file: String
  /// `models[0].weights`; empty at the root.
  let path: String

  /// Reads a file as one YAML document whose root is a mapping.
  /// - Throws: ``NightlyError`` `invalid-configuration` with line and column.
  init(contentsOf file: String) throws(NightlyError) {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw NightlyError(
        .invalidConfiguration, "no such file, or it cannot be read", at: Location(file: file))
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw NightlyError(.invalidConfiguration, "the file is not UTF-8", at: Location(file: file))
    }
    let node: Node?
    do {
      node = try Yams.compose(yaml: text)
    } catch {
      throw Self.syntaxError(error, file: file)
    }
    guard let node, node.mapping != nil else {
      throw NightlyError(
        .invalidConfiguration,
        "the file holds no keys; it must be a mapping with models and"
          + " benchmarks", at: Location(file: file))
    }
    self.init(node: node, file: file, path: "")
  }

  private init(node: Node, file: String, path: String) {
    self.node = node
    self.file = file
    self.path = path
  }

  private static func syntaxError(_ error: any Error, file: String) -> NightlyError {
    func failure(_ message: String, _ place: String? = nil) -> NightlyError {
      NightlyError(.invalidConfiguration, message, at: Location(file: file, place: place))
    }
    switch error {
    case YamlError.scanner(_, let problem, let mark, _),
      YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(_, let problem, let mark, _):
      return failure("not YAML: \(problem)", "line \(mark.line), column \(mark.column)")
    case YamlError.duplicatedKeysInMapping(let duplicates, let context):
      let names = duplicates.map { "\"\($0)\"" }.sorted()
      return failure(
        "the key \(names.joined(separator: ", ")) stands twice",
        "line \(context.mark.line), column \(context.mark.column)")
    default:
      return failure("not YAML: \(error)")
    }
  }

  // MARK: Members

  /// Nil where the key is absent, or has no value.
  func optional(_ key: String) throws(NightlyError) -> ConfigurationNode? {
    guard let mapping = node.mapping else { throw mismatch("keys") }
    guard let member = mapping.first(where: { $0.key.string == key })?.value,
      !member.isNull
    else { return nil }
    return ConfigurationNode(node: member, file: file, path: joined(key))
  }

  func required(_ key: String, _ purpose: String) throws(NightlyError) -> ConfigurationNode {
    if let member = try optional(key) { return member }
    throw failure("the key \"\(key)\" is missing: \(purpose)")
  }

  /// - Throws: for a key that is not in `known`, with the nearest one.
  func check(keys known: [String]) throws(NightlyError) {
    guard let mapping = node.mapping else { throw mismatch("keys") }
    for (key, _) in mapping {
      let name = key.string ?? "?"
      guard !known.contains(name) else { continue }
      throw ConfigurationNode(node: key, file: file, path: joined(name)).failure(
        "unknown key \"\(name)\"; \(suggestion(for: name, among: known))")
    }
  }

  func members() throws(NightlyError) -> [(key: String, node: ConfigurationNode)] {
    guard let mapping = node.mapping else { throw mismatch("keys") }
    return mapping.map { key, value in
      let name = key.string ?? "?"
      return (name, ConfigurationNode(node: value, file: file, path: joined(name)))
    }
  }

  func list() throws(NightlyError) -> [ConfigurationNode] {
    guard let sequence = node.sequence else { throw mismatch("a list") }
    return sequence.enumerated().map {
      ConfigurationNode(node: $1, file: file, path: "\(path)[\($0)]")
    }
  }

  // MARK: Values

  var isMapping: Bool { node.mapping != nil }

  /// A text. Numbers and dates are taken as they are written; a bare `no`, `on` or `~` is not, since
  /// YAML reads it as something else.
  func text() throws(NightlyError) -> String {
    guard let scalar = node.scalar else { throw mismatch("a text") }
    if node.isNull || isBoolean {
      throw failure("expected a text, found \(kind); write \"\(scalar.string)\" in quotes")
    }
    guard !scalar.string.isEmpty else { throw failure("expected a text, found an empty one") }
    return scalar.string
  }

  func integer(atLeast least: Int) throws(NightlyError) -> Int {
    guard let value = node.scalar == nil || isBoolean ? nil : node.int else {
      throw mismatch("an integer")
    }
    guard value >= least else { throw failure("must be at least \(least), not \(value)") }
    return value
  }

  func number() throws(NightlyError) -> Double {
    guard node.scalar?.style == .plain, !isBoolean, let value = node.float else {
      throw mismatch("a number")
    }
    return value
  }

  func boolean() throws(NightlyError) -> Bool {
    guard isBoolean, let value = node.bool else { throw mismatch("true or false") }
    return value
  }

  /// A list of texts, or one of them.
  func texts() throws(NightlyError) -> [String] {
    guard node.sequence != nil else { return [try text()] }
    var texts: [String] = []
    for item in try list() { texts.append(try item.text()) }
    return texts
  }

  // MARK: Complaints

  private var isBoolean: Bool { node.scalar?.style == .plain && node.bool != nil }

  private var kind: String {
    if node.mapping != nil { return "keys" }
    if node.sequence != nil { return "a list" }
    if node.isNull { return "nothing" }
    let text = node.scalar?.string ?? ""
    if isBoolean { return "\(text), which YAML reads as \(node.bool == true)" }
    return "\"\(text)\""
  }

  func mismatch(_ expected: String) -> NightlyError {
    failure("expected \(expected), found \(kind)")
  }

  func failure(_ message: String, cause: (any Error)? = nil) -> NightlyError {
    let place = node.mark.map { "line \($0.line), column \($0.column)" }
    let parts = [place, path.isEmpty ? nil : path].compactMap { $0 }
    return NightlyError(
      .invalidConfiguration, message,
      at: Location(file: file, place: parts.isEmpty ? nil : parts.joined(separator: ", ")),
      cause: cause)
  }

  private func joined(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}

extension Node {
  fileprivate var isNull: Bool {
    guard let scalar, scalar.style == .plain else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }
}
