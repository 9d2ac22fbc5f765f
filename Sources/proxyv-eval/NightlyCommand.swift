import ArgumentParser
import DataFormats
import Diagnostics
import Evaluation
import Foundation
import Nightly

/// `nightly`: every model over every benchmark, night after night, with a verdict.
struct NightlyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nightly",
    abstract: "Runs what a YAML file names, compares it with a pinned night, and says so.",
    discussion: """
      nightly check FILE                          data, models, room and time, before the long part
      nightly run FILE                            a new night, or the rest of the one that was \
      killed
      nightly baseline set NIGHT --because TEXT   from now on this night gates
      nightly status FILE                         the last night, the baseline, open alarms

      A night in parts, as Scripts/slurm/submit runs it:
      nightly begin FILE                          a new night; prints its folder
      nightly run FILE --night N --shard 3/16     its third part, any number of parts at once
      nightly close FILE --night N                scores, compares and reports what came together

      Exit codes of run: 0 no regression, 100 regression or changed answers, 101 incomplete, \
      102 cannot tell (with strict: true). docs/nightly.md describes the file.
      """,
    subcommands: [
      NightlyRun.self, NightlyCheck.self, NightlyBegin.self, NightlyClose.self,
      NightlyStatus.self, NightlyShow.self,
      NightlyAcknowledge.self, NightlyBaseline.self,
    ])
}

/// Errors of the configuration are errors of usage.
func configured<R>(_ body: () throws -> R) throws -> R {
  do {
    return try body()
  } catch let error as NightlyError where error.isUsage {
    throw ValidationError("\(error)")
  }
}

/// Where nights lie: the YAML file, the root itself, or nightly.yml here.
struct NightlyPlace {
  static let defaultFile = "nightly.yml"

  static func root(_ place: String?, output: String?) throws -> NightlyRoot {
    if let output { return NightlyRoot(output) }
    let place = place ?? defaultFile
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: place, isDirectory: &isFolder), isFolder.boolValue {
      return NightlyRoot(place)
    }
    return NightlyRoot(try configured { try NightlyConfiguration(contentsOf: place) }.output)
  }
}

struct NightlyOutput: ParsableArguments {
  @Option(name: .long, help: "The root of the nights, in place of the file's.") var output: String?
}

struct NightlyRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Runs a night; the same command again continues a killed one.",
    discussion: "Example: proxyv-eval nightly run nightly.yml")

  @Argument(help: "The YAML file.") var file: String
  @OptionGroup var place: NightlyOutput
  @Option(name: .long, help: "Work on this night again: ask what it lacks, and report anew.")
  var night: String?

  @Option(name: .long, help: "Answer only this part of the night that --night names, as 3/16.")
  var shard: String?
  @Flag(
    name: .long,
    help:
      "End a benchmark as soon as it is clear that it got worse than the baseline: exit code 100.")
  var stopWhenRegressed = false

  func validate() throws {
    guard shard != nil else { return }
    if night == nil {
      throw ValidationError("--shard needs --night; `nightly begin FILE` makes one")
    }
    if stopWhenRegressed {
      throw ValidationError(
        "--stop-when-regressed reads all answers as they come and cannot be combined with --shard")
    }
  }

  func run() throws {
    let part = try shard.map { text in try usage { try Shard(text) } }
    let configuration = try configured {
      try NightlyConfiguration(contentsOf: file, output: place.output)
    }
    let source = NightModelArguments.source(note: note)
    if let part, let night {
      let problems = try configured {
        try Night.answeredShard(
          configuration, source: source, night: night, shard: part,
          progress: { TerminalProgress(title: $0) }, note: note)
      }
      for problem in problems { note(problem) }
      if !problems.isEmpty { throw ExitCode(101) }
      return
    }
    var begun = try configured { try Night(configuration, source: source, named: night) }
    begun.stopsWhenRegressed = stopWhenRegressed
    try begun.run(progress: { TerminalProgress(title: $0) }, note: note).printed()
  }
}

extension Night.Outcome {
  /// Prints the lines, and ends the program with the night's exit code.
  func printed() throws {
    for line in lines { print(line) }
    fflush(nil)
    if record.exitCode != 0 { throw ExitCode(Int32(record.exitCode)) }
  }
}

struct NightlyBegin: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "begin", abstract: "Begins a night that several processes answer in parts.",
    discussion: "Example: proxyv-eval nightly begin nightly.yml")

  @Argument(help: "The YAML file.") var file: String
  @Option(name: .long, help: "Go on with this night instead of a new one.") var night: String?
  @OptionGroup var place: NightlyOutput

  func run() throws {
    let configuration = try configured {
      try NightlyConfiguration(contentsOf: file, output: place.output)
    }
    print(try configured { try Night.begun(configuration, named: night) }.path)
  }
}

struct NightlyClose: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "close",
    abstract: "Scores, compares and reports what the parts of a night have answered; asks nothing.",
    discussion: "Example: proxyv-eval nightly close nightly.yml --night 2026-11-28")

  @Argument(help: "The YAML file.") var file: String
  @Option(name: .long, help: "The night's name.") var night: String
  @OptionGroup var place: NightlyOutput

  func run() throws {
    let configuration = try configured {
      try NightlyConfiguration(contentsOf: file, output: place.output)
    }
    let source = NightModelArguments.source(note: note)
    try configured { try Night(configuration, source: source, named: night) }
      .close(note: note).printed()
  }
}

struct NightlyCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Looks at data, models, room and time without running.",
    discussion: "Example: proxyv-eval nightly check nightly.yml")

  @Argument(help: "The YAML file.") var file: String
  @OptionGroup var place: NightlyOutput
  @Flag(name: .long, help: "Print JSON.") var json = false

  func run() throws {
    let configuration = try configured {
      try NightlyConfiguration(contentsOf: file, output: place.output)
    }
    let check = NightCheck(configuration, source: NightModelArguments.source(note: note))
    if json {
      print(check.json.text(indented: true), terminator: "")
    } else {
      for line in check.lines { print(line) }
    }
    if !check.problems.isEmpty { throw ExitCode(1) }
  }
}

struct NightlyStatus: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "The last night, the baseline, and open alarms.",
    discussion: "Example: proxyv-eval nightly status nightly.yml")

  @Argument(help: "The YAML file or the root; default is nightly.yml.") var file: String?
  @OptionGroup var place: NightlyOutput

  func run() throws {
    let root = try NightlyPlace.root(file, output: place.output)
    for line in try NightlyStatusReport(root).lines { print(line) }
  }
}

struct NightlyShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "The report of a night.",
    discussion: "Example: proxyv-eval nightly show nightly.yml 2026-11-28")

  @Argument(help: "The YAML file or the root.") var file: String
  @Argument(help: "The night; default is the last finished one.") var night: String?
  @OptionGroup var table: NightTableOptions
  @Flag(name: .long, help: "Print JSON, as --format json does.") var json = false

  func run() throws {
    let root = try NightlyPlace.root(file, output: table.root)
    let format = json ? .json : table.chosenFormat
    try table.show(try root.report(of: night, format: format, width: Terminal.width()))
  }
}

struct NightlyAcknowledge: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "acknowledge", abstract: "Says that alarms were seen; they are listed no more.",
    discussion: "Example: proxyv-eval nightly acknowledge nightly.yml --because \"new tokenizer\"")

  @Argument(help: "The YAML file or the root.") var file: String
  @Argument(help: "The night of the alarms; default is every open one.") var night: String?
  @Option(name: .long, help: "What was found out.") var because: String
  @OptionGroup var place: NightlyOutput

  func run() throws {
    let root = try NightlyPlace.root(file, output: place.output)
    let seen = try configured { try root.acknowledge(night: night, because: because) }
    if seen.isEmpty { print("no open alarm\(night.map { " of \($0)" } ?? "")") }
    for alarm in seen { print("acknowledged: \(alarm.description)") }
  }
}

struct NightlyBaseline: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "baseline", abstract: "The night that gates.", subcommands: [Set.self])

  struct Set: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "set", abstract: "Pins a night: from now on it gates.",
      discussion: """
        Example: proxyv-eval nightly baseline set 2026-11-28 --because "for the paper"
        """)

    @Argument(help: "The night's name, or its folder.") var night: String
    @Option(name: .long, help: "Why; kept in baselines.jsonl.") var because: String
    @Option(name: .long, help: "The YAML file; default is nightly.yml.") var file: String?
    @OptionGroup var place: NightlyOutput

    func run() throws {
      try configured {
        let named = try NightlyRoot.located(night: night)
        let root = try named?.root ?? NightlyPlace.root(file, output: place.output)
        let folder = try root.night(named?.name ?? night)
        try root.setBaseline(folder, because: because)
        print("baseline: \(folder.name) (\(because))")
      }
    }
  }
}
