import Foundation
import TestSupport
import Testing

/// What is said of a call with a name that there is not: the nearest one that there is.
@Suite struct UsageSentenceTests {
  /// `--ouput` of `--output`.
  private static func misspelt(_ name: String) -> String {
    var letters = Array(name)
    letters.swapAt(letters.count - 1, letters.count - 2)
    if String(letters) == name { letters.removeLast() }
    return String(letters)
  }

  @Test(arguments: DescribedCommand.all)
  func `a misspelt option is named with the nearest one, whatever else is missing`(
    command: DescribedCommand
  ) throws {
    let required = command.options.filter(\.isRequired)
    let option = try #require((required.isEmpty ? command.options : required).last)
    // What is the shortest may be near to several.
    guard option.name.count > 6 else { return }
    let wrong = Self.misspelt(option.name)
    let outcome = try Program.run(
      command.name.split(separator: " ").map(String.init) + [wrong]
        + (option.takesValue ? ["value"] : []))
    expectOneSentence(
      outcome, status: 2, mentions: ["\"\(wrong)\"", "did you mean \"\(option.name)\"?"])
  }

  @Test(arguments: DescribedCommand.all)
  func `an unknown value is named with the nearest one`(command: DescribedCommand) throws {
    for option in command.options {
      guard let value = option.values.max(by: { $0.count < $1.count }), value.count > 3 else {
        continue
      }
      let wrong = value + "x"
      let outcome = try Program.run(
        command.name.split(separator: " ").map(String.init) + [option.name, wrong])
      expectOneSentence(
        outcome, status: 2, mentions: [option.name, "\"\(wrong)\"", "did you mean \"\(value)\"?"])
    }
  }

  @Test(arguments: DescribedCommand.all.filter { $0.options.contains(where: \.isRequired) })
  func `options that are missing are all named`(command: DescribedCommand) throws {
    let outcome = try Program.run(command.name.split(separator: " ").map(String.init))
    expectOneSentence(
      outcome, status: 2,
      mentions: command.options.filter(\.isRequired).map(\.name) + ["--help"])
  }

  @Test(
    arguments: [
      (["runn"], "did you mean \"run\"?"), (["help", "runn"], "did you mean \"run\"?"),
      (["bench", "kernel"], "did you mean \"kernels\"?"),
      (["help", "bench", "kernel"], "did you mean \"kernels\"?"),
      (["nightly", "chek"], "did you mean \"check\"?"), (["help", "run", "now"], "run --help"),
      (["run", "--status"], "run --status runs/night"),
    ] as [([String], String)])
  func `a command that there is not`(arguments: [String], mentions: String) throws {
    expectOneSentence(try Program.run(arguments), status: 2, mentions: [mentions])
  }

  /// Names that the registries know, not the parser.
  @Test(arguments: [
    (["--method", "proxyvv"], "\"proxyv\""),
    (["--method", "visionzip:dominent=3"], "\"dominant\""), (["--aspect", "padd"], "\"pad\""),
    (["--conversation", "vicuna_v2"], "\"vicuna_v1\""), (["--data-format", "orignal"], "original"),
    (["--format", "orignal"], "original"), (["--profile", "vlmevalkitt"], "\"vlmevalkit\""),
    (["--weights", "int4"], "\"int8\""), (["--shard", "3"], "3/16"),
    (["--box-space", "pixel"], "pixels"),
  ])
  func `an unknown name is wrong usage before any image is read`(
    options: [String], mentions: String
  ) throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(
      Program.runArguments(["docvqa"], output: folder.path + "/o").filter {
        options[0] != "--aspect" || !["--aspect", "pad"].contains($0)
      } + options)
    expectOneSentence(outcome, status: 2, mentions: [mentions])
    #expect(!outcome.errors.contains("every image decodes") && folder.names.isEmpty)
  }

  @Test func `a missing model is found before any image is read`() throws {
    let folder = try TemporaryFolder()
    let data = ["--data", Program.samples, "--output", folder.path + "/o"]
    let none = try Program.run(["run", "docvqa", "--model", folder.path + "/none"] + data)
    expectOneSentence(none, status: 1, mentions: ["none: no such folder"])
    #expect(!none.errors.contains("every image decodes"))
    let misspelt = try Program.run(["run", "docvqa", "--model", "teseract"] + data)
    expectOneSentence(misspelt, status: 1, mentions: ["did you mean \"tesseract\""])
    #expect(folder.names.isEmpty)
  }

  @Test func `a value may begin with a dash`() throws {
    let runs = try ReportProgramTests.runs.get()
    func models(_ sort: String) throws -> [Substring] {
      let outcome = try Program.run([
        "report", runs, "--columns", "docvqa", "--sort", sort, "--format", "csv",
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      return outcome.output.split(separator: "\r\n").dropFirst().map { $0.prefix { $0 != "," } }
    }
    #expect(try models("docvqa").first == models("-docvqa").last)
  }

  @Test(arguments: [60, 80], DescribedCommand.all)
  func `no line of a help is wider than the terminal`(
    width: Int, command: DescribedCommand
  ) throws {
    let words = command.name.split(separator: " ").map(String.init)
    let help = try Program.run(words + ["--help"], environment: ["COLUMNS": "\(width)"])
    #expect(help.status == 0 && !help.output.isEmpty)
    let lines = help.output.split(separator: "\n")
    for line in lines { #expect(line.count <= width, "\(line)") }
    guard width == 80 else { return }
    // An example that is broken cannot be copied.
    let examples = try Program.run(words + ["--help"]).output.split(separator: "\n")
      .filter { $0.hasPrefix("Example: proxyv-eval") || $0.hasPrefix("  proxyv-eval") }
    for example in examples { #expect(lines.contains(example), "\(example)") }
  }
}
