import ArgumentParser
import Benchmarks
import Exchange
import Metrics
import ProxyVModel
import Reporting

/// `list`: what there is to choose from.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists benchmarks, methods, profiles or the rows that the paper published.",
    discussion: """
      Without an argument it lists the first three.

      Example: proxyv-eval list methods
      """)

  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case benchmarks, methods, profiles, published
    /// lmms-eval's word for benchmarks.
    case tasks
  }

  @Argument(help: "benchmarks, methods, profiles or published.") var kind: Kind?
  @OptionGroup(title: "Table") var tableOptions: TableOptions
  @Flag(name: .long, help: "Print JSON, as --format json does.") var json = false
  @Flag(name: .long, help: "With profiles: what their evaluators changed, and when.")
  var changes = false

  func validate() throws {
    try tableOptions.checkJSON(json)
    if changes, kind != .profiles { throw ValidationError("--changes goes with `list profiles`") }
  }

  func run() throws {
    let kinds: [Kind] = kind.map { [$0] } ?? [.benchmarks, .methods, .profiles]
    var tables = try kinds.map { kind in
      switch kind {
      case .benchmarks, .tasks: Self.benchmarks
      case .methods: Self.methods
      case .profiles: Self.profiles
      case .published: try PublishedRows().table
      }
    }
    if changes { tables.append(RuleChangeReport.table) }
    try TableOptions.show(
      tables, format: json ? .json : tableOptions.format, output: tableOptions.output)
  }

  private static var benchmarks: ResultTable {
    var table = ResultTable(columns: [
      .init("Benchmark", importance: .essential), .init("Split", importance: .high),
      .init("Questions", alignment: .right, importance: .high),
      .init("lmms-eval task", importance: .low), .init("Formats", importance: .normal),
    ])
    for benchmark in BenchmarkRegistry.all {
      table.append([
        "Benchmark": .text(benchmark.name), "Split": .text(benchmark.split),
        "Questions": benchmark.publishedCount.map { .integer($0) } ?? .empty,
        "lmms-eval task": .text((benchmark as? any LMMsEvalTask)?.lmmsEvalTask ?? ""),
        "Formats": .text(
          benchmark.formats.map { "\($0.name): \($0.summary)" }.joined(separator: "; ")),
      ])
    }
    return table
  }

  private static var methods: ResultTable {
    var table = ResultTable(columns: [
      .init("Method", importance: .essential), .init("What it does", importance: .essential),
    ])
    for method in PrefillMethodCatalog.all {
      table.append(["Method": .text(method.grammar), "What it does": .text(method.summary)])
    }
    table.notes = [PrefillMethodCatalog.grammar]
    return table
  }

  private static var profiles: ResultTable {
    var table = ResultTable(columns: [
      .init("Profile", importance: .essential), .init("Whose rules", importance: .essential),
    ])
    for profile in Profile.allCases {
      table.append(["Profile": .text(profile.rawValue), "Whose rules": .text(profile.summary)])
    }
    table.notes = ["--profile takes " + Profile.grammar]
    return table
  }
}
