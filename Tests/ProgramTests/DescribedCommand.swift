import DataFormats
import Foundation
import Testing

/// A command as the program describes it with `--experimental-dump-help`.
struct DescribedCommand: CustomTestStringConvertible {
  struct Option {
    let names: [String]
    let takesValue: Bool
    let isRequired: Bool
    let values: [String]
    let summary: String
    var name: String { names.first { $0.hasPrefix("--") } ?? names[0] }
  }

  /// `bench kernels`
  let name: String
  let options: [Option]
  let takesPositionals: Bool

  var testDescription: String { name }

  /// Every command that has no subcommands.
  static let all: [DescribedCommand] = {
    func leaves(_ node: JSONValue, _ path: [String]) -> [DescribedCommand] {
      let below = node["subcommands"]?.arrayValue ?? []
      guard below.isEmpty else {
        return below.flatMap { leaves($0, path + [$0["commandName"]?.stringValue ?? ""]) }
      }
      let arguments = node["arguments"]?.arrayValue ?? []
      let options = arguments.filter { $0["kind"]?.stringValue != "positional" }.map { node in
        Option(
          names: (node["names"]?.arrayValue ?? []).map {
            ($0["kind"]?.stringValue == "short" ? "-" : "--") + ($0["name"]?.stringValue ?? "")
          },
          takesValue: node["kind"]?.stringValue == "option",
          isRequired: node["isOptional"]?.boolValue == false,
          values: (node["allValues"]?.arrayValue ?? []).compactMap(\.stringValue),
          summary: node["abstract"]?.stringValue ?? "")
      }
      return [
        DescribedCommand(
          name: path.joined(separator: " "), options: options,
          takesPositionals: arguments.count > options.count)
      ]
    }
    guard let help = try? Program.run(["--experimental-dump-help"]).output,
      let command = try? JSONValue.parse(help)["command"]
    else { return [] }
    return leaves(command, []).filter { $0.name != "help" }
  }()

  static func named(_ name: String) throws -> DescribedCommand {
    try #require(all.first { $0.name == name }, "\(name)")
  }
}
