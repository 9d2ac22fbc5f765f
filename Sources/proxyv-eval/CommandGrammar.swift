import ArgumentParser
import DataFormats
import Diagnostics

/// The commands with their options, as the argument parser itself describes them. The parser names
/// the first thing that it misses; whoever misspelt an option wants to hear of that one.
struct CommandGrammar {
  struct Option {
    /// With their dashes.
    var names: [String]
    var takesValue: Bool
    var isRequired: Bool
    /// Whether a value may begin with a dash.
    var takesAnyValue: Bool
    /// The values that there are; empty: any.
    var values: [String]
  }

  let path: [String]
  let options: [Option]
  let takesPositionals: Bool
  let commands: [String: CommandGrammar]
  private let order: [String]

  /// Of this program.
  /// - Throws: where the parser's description is no longer what is read here.
  static func ofProgram() throws -> CommandGrammar {
    CommandGrammar(try JSONValue.parse(ProxyVEval._dumpHelp())["command"] ?? .null, below: [])
  }

  private init(_ node: JSONValue, below: [String]) {
    let path = below + [node["commandName"]?.stringValue ?? ""]
    self.path = path
    let arguments = node["arguments"]?.arrayValue ?? []
    takesPositionals = arguments.contains { $0["kind"]?.stringValue == "positional" }
    options = arguments.filter { $0["kind"]?.stringValue != "positional" }.map { node in
      let names = (node["names"]?.arrayValue ?? []).compactMap { name in
        name["name"]?.stringValue.map { (name["kind"]?.stringValue == "short" ? "-" : "--") + $0 }
      }
      return Option(
        names: names, takesValue: node["kind"]?.stringValue == "option",
        isRequired: node["isOptional"]?.boolValue == false,
        takesAnyValue: node["parsingStrategy"]?.stringValue == "unconditional",
        values: (node["allValues"]?.arrayValue ?? []).compactMap(\.stringValue))
    }
    let below = (node["subcommands"]?.arrayValue ?? []).map { CommandGrammar($0, below: path) }
      .filter { $0.path.last != "help" }
    order = below.compactMap(\.path.last)
    commands = Dictionary(below.map { ($0.path.last ?? "", $0) }) { first, _ in first }
  }

  /// What is wrong with a call: a command, an option or a value that there is not, with the nearest
  /// one that there is, or required options that are missing. Nil where it is something else.
  func complaint(_ arguments: [String]) -> String? {
    if let first = arguments.first, !first.hasPrefix("-"), !commands.isEmpty {
      let rest = Array(arguments.dropFirst())
      if first == "help", path.count == 1 { return complaintOfHelp(rest) }
      return commands[first].map { $0.complaint(rest) } ?? unknownCommand(first)
    }
    return complaintOfOptions(arguments)
  }

  /// `help run`: names of commands and nothing else.
  private func complaintOfHelp(_ names: [String]) -> String? {
    guard let first = names.first, !first.hasPrefix("-") else { return nil }
    guard let command = commands[first] else {
      return commands.isEmpty
        ? "\(path.dropFirst().joined(separator: " ")) has no subcommands; help for it is "
          + "\(path.joined(separator: " ")) --help"
        : unknownCommand(first)
    }
    return command.complaintOfHelp(Array(names.dropFirst()))
  }

  private func unknownCommand(_ name: String) -> String {
    let place = path.count > 1 ? " of \(path.dropFirst().joined(separator: " "))" : ""
    return "unknown subcommand \"\(name)\"\(place); \(suggestion(for: name, among: order))"
  }

  /// What the parser answers by itself in every command.
  private static let parsersOwn = [
    "--help", "-h", "--help-hidden", "--version", "--generate-completion-script",
    "--experimental-dump-help",
  ]

  private func complaintOfOptions(_ arguments: [String]) -> String? {
    var missing = options.filter(\.isRequired)
    var wrongValue: String?
    var place = 0
    while place < arguments.count, arguments[place] != "--" {
      let argument = arguments[place]
      place += 1
      guard argument.hasPrefix("-"), argument != "-",
        argument.dropFirst().first?.isNumber != true
      else { continue }
      let sides = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(sides[0])
      if Self.parsersOwn.contains(name) { return nil }
      guard let option = options.first(where: { $0.names.contains(name) }) else {
        return unknownOption(name)
      }
      missing.removeAll { $0.names == option.names }
      guard option.takesValue else { continue }
      var value = sides.count == 2 ? String(sides[1]) : nil
      if value == nil, place < arguments.count,
        option.takesAnyValue || !arguments[place].hasPrefix("-")
      {
        value = arguments[place]
        place += 1
      }
      if let value, !option.values.isEmpty, !option.values.contains(value) {
        wrongValue =
          wrongValue
          ?? "\(name) does not know \"\(value)\"; \(suggestion(for: value, among: option.values))"
      }
    }
    if let wrongValue { return wrongValue }
    guard !missing.isEmpty else { return nil }
    let names = missing.map { $0.names.first { $0.hasPrefix("--") } ?? $0.names[0] }
    let command = path.dropFirst().joined(separator: " ")
    return "\(command) needs \(names.joined(separator: ", ")); "
      + "\(path.joined(separator: " ")) --help shows an example"
  }

  private func unknownOption(_ name: String) -> String {
    let known = options.flatMap(\.names).filter { $0.hasPrefix("--") }
    let help = "\(path.joined(separator: " ")) --help lists its options"
    let advice = nearestName(to: name, among: known).map { "did you mean \"\($0)\"?" } ?? help
    return "unknown option \"\(name)\"; \(advice)"
  }
}
