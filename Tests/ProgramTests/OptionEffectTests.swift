import Foundation
import TestSupport
import Testing

/// No option is passed over in silence: in every mode of a command that shows results it changes
/// what comes out, or is refused.
@Suite struct OptionEffectTests {
  /// A call, without the options that are tried beside it.
  struct Mode: CustomTestStringConvertible {
    let command: String
    /// RUNS, OUT are filled in.
    let arguments: [String]
    var testDescription: String { ([command] + arguments).joined(separator: " ") }
  }

  static let modes: [Mode] = [
    ("report", ["RUNS"]), ("report", ["RUNS", "--layout", "paper"]),
    ("report", ["RUNS", "--layout", "figures"]), ("report", ["RUNS", "--json"]),
    ("report", ["RUNS", "--layout", "paper", "--json"]),
    ("report", ["--published-table", "7"]), ("report", ["--published", "vicuna-7b"]),
    ("score", ["RUNS"]), ("score", ["RUNS", "--json"]), ("score", ["RUNS", "--explain"]),
    ("compare", ["RUNS/floor", "RUNS/baseline"]),
    ("compare", ["RUNS/floor", "RUNS/baseline", "--format", "html"]),
    ("compare", ["RUNS/floor", "RUNS/baseline", "--format", "json"]),
    ("view", ["RUNS/floor", "--output", "OUT/page"]),
    ("view", ["RUNS/floor", "--output", "OUT/page", "--images", "none"]),
    ("list", []), ("list", ["profiles"]), ("list", ["published", "--json"]),
    ("list", ["methods", "--format", "csv"]),
    ("efficiency", ["--flops-only"]), ("efficiency", ["--flops-only", "--json"]),
  ].map { Mode(command: $0.0, arguments: $0.1) }

  /// A value of each option that is not its default, and of which something is seen.
  private static let values: [String: String] = [
    "--layout": "figures", "--format": "latex", "--output": "OUT/written", "--profile": "PROFILE",
    "--box-space": "pixels", "--columns": "docvqa", "--rename": "DocVQA=Pages",
    "--sort": "-docvqa", "--efficiency": "COSTS", "--sources": "OUT/sources.json",
    "--published": "pyramiddrop", "--published-table": "5", "--explain-limit": "1",
    "--match": "54.046", "--answers": "OUT/none.json", "--answers-format": "rrc",
    "--data": "SAMPLES/docvqa", "--data-format": "original", "--file": "a.json",
    "--split": "test", "--fields": "id=a,prediction=b", "--show": "1", "--level": "0.8",
    "--seed": "7", "--draws": "99", "--replicates": "99", "--references": "newer",
    "--margin": "0.5", "--family": "docvqa/anls", "--alpha": "0.2", "--expect": "identical",
    "--benchmark": "docvqa", "--images": "thumbnails", "--title": "Another title",
    "--runs": "3", "--shape": "tiny", "--model": "MODEL", "--layers": "2",
    "--methods": "baseline,visionzip", "--crops": "3", "--text-tokens": "70", "--threads": "1",
    "--weights": "int8", "--cache": "bf16", "--precision": "bf16", "--attention": "eager",
    "--scratch": "OUT",
  ]

  /// Options that ask for what is there in any case, with the reason.
  private static let exempt = [
    "--help": "", "--intervals": "it is the rule",
    "--gate": "it decides the exit code of a regression, and these runs cannot tell",
    "--explain-limit": "these runs have no sample on which two profiles differ",
    "--references": "both sides have the same references",
  ]

  private struct Result: Equatable {
    var status: Int32
    var output: String
    var errors: String
    var files: [String: Data]
  }

  private func result(_ mode: Mode, _ more: [String], runs: String) throws -> Result {
    let folder = try TemporaryFolder()
    let filled = try (mode.arguments + more).map { argument in
      try argument.replacing("RUNS", with: runs).replacing("OUT", with: folder.path)
        .replacing("SAMPLES", with: Program.samples).replacing("COSTS", with: Self.costs.get())
        .replacing("PROFILE", with: "vlmevalkit").replacing("MODEL", with: Program.tinyModel.get())
    }
    let outcome = try Program.run([mode.command] + filled)
    #expect(!outcome.wasSignalled, "\(filled): \(outcome.errors)")
    var files: [String: Data] = [:]
    for name in FileManager.default.enumerator(atPath: folder.path)?.compactMap({ $0 as? String })
      ?? []
    {
      files[name] = try? Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + name))
    }
    return Result(
      status: outcome.status, output: outcome.output.replacing(folder.path, with: "OUT"),
      errors: outcome.errors.replacing(folder.path, with: "OUT"), files: files)
  }

  /// What `efficiency --json` writes.
  private static let costs: Swift.Result<String, any Error> = Swift.Result {
    let file = try ReportProgramTests.runs.get() + "/costs.json"
    let outcome = try Program.run(["efficiency", "--flops-only", "--json", "--output", file])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return file
  }

  @Test(arguments: modes)
  func `every option has an effect or is refused`(mode: Mode) throws {
    let runs = try ReportProgramTests.runs.get()
    let plain = try result(mode, [], runs: runs)
    #expect(plain.status == 0, "\(plain.errors)")
    for option in try DescribedCommand.named(mode.command).options {
      let name = option.name
      if Self.exempt[name] != nil || mode.arguments.contains(name) { continue }
      var more = [name]
      if option.takesValue {
        let value = try #require(Self.values[name], "which value of \(name) is seen?")
        // What a mode shows by itself is no other layout.
        more.append(name == "--layout" && mode.arguments.contains("--json") ? "paper" : value)
      }
      let other = try result(mode, more, runs: runs)
      #expect(other != plain, "\(mode.testDescription) \(more) changes nothing")
      #expect([0, 1, 2, 100].contains(other.status), "\(more): \(other.status)")
    }
  }
}
