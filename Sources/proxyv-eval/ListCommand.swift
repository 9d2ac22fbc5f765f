import ArgumentParser
import Benchmarks
import Metrics
import ProxyVModel
import Reporting

/// `list`: what there is to choose from.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists benchmarks, methods or profiles.",
    discussion: "Without an argument it lists all three.")

  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case benchmarks, methods, profiles
  }

  @Argument(help: "benchmarks, methods or profiles.") var kind: Kind?
  @Flag(name: .long, help: "With profiles: what their evaluators changed, and when.")
  var changes = false

  func validate() throws {
    if changes, kind != .profiles { throw ValidationError("--changes goes with `list profiles`") }
  }

  func run() {
    if kind == nil || kind == .benchmarks {
      var table = MarkdownTable([
        ("Benchmark", .left), ("Split", .left), ("Questions", .right), ("Formats", .left),
      ])
      for benchmark in BenchmarkRegistry.all {
        let formats = benchmark.formats.map { "\($0.name): \($0.summary)" }.joined(separator: "; ")
        table.append([
          benchmark.name, benchmark.split, benchmark.publishedCount.map(String.init) ?? "?",
          formats,
        ])
      }
      print(table.text)
    }
    if kind == nil || kind == .methods {
      var table = MarkdownTable([("Method", .left), ("What it does", .left)])
      for method in PrefillMethodCatalog.all { table.append([method.grammar, method.summary]) }
      print(table.text)
      print(PrefillMethodCatalog.grammar + "\n")
    }
    if kind == nil || kind == .profiles {
      var table = MarkdownTable([("Profile", .left), ("Whose rules", .left)])
      for profile in Profile.allCases { table.append([profile.rawValue, profile.summary]) }
      print(table.text)
      print("--profile takes " + Profile.grammar)
    }
    if changes { print("\n" + RuleChangeReport.markdown, terminator: "") }
  }
}
