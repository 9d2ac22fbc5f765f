import ArgumentParser
import Diagnostics
import Evaluation
import Foundation

/// The command line. One file per subcommand; none has logic of its own.
@main
struct ProxyVEval: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "proxyv-eval",
    abstract:
      """
      Runs LLaVA-type vision-language models over benchmarks and scores them as each evaluator \
      does.
      """,
    discussion: """
      Examples:
        proxyv-eval run docvqa --model CHECKPOINT --data DATA --output runs/night
        proxyv-eval report runs/night/docvqa
        proxyv-eval answer --model CHECKPOINT --image page.png --prompt "Who wrote it?"
      """,
    version: ProgramVersion.described(commit: builtCommit),
    subcommands: [
      RunCommand.self, MergeCommand.self, RunStatusCommand.self,
      ScoreCommand.self, ImportCommand.self, CompareCommand.self,
      ReportCommand.self, ViewCommand.self,
      ExportCommand.self, ListCommand.self,
      AnswerCommand.self, ServeCommand.self, InspectCommand.self,
      DoctorCommand.self, SynthesizeCommand.self, EfficiencyCommand.self, StudyCommand.self,
      BenchCommand.self, TokenizeCommand.self, MetricCommand.self, StatisticsCommand.self,
      NightlyCommand.self, HistoryCommand.self,
    ])

  /// Parses, runs, and turns every error into one sentence and an exit code: 1 failed, 2 wrong
  /// usage, 101 finished but incomplete.
  static func main() {
    StandardStreams.prepare()
    var understood: [String] = []
    do {
      // `run --status` first: nothing of it is lmms-eval's.
      let known = try LMMsEvalArguments(
        RunStatusCommand.rewritten(
          underscoresAccepted(Array(CommandLine.arguments.dropFirst()))))
      let arguments = negativeValuesJoined(known.arguments)
      understood = arguments
      if !arguments.contains("--quiet") { for sentence in known.notes { note(sentence) } }
      if arguments.first == "help" { try checkNames(arguments) }
      var command = try parseAsRoot(arguments)
      try command.run()
    } catch let error as any LocatedError {
      fail(render(error), code: 1)
    } catch let incomplete as IncompleteRun {
      fail(incomplete.message, code: 101)
    } catch let code as ExitCode {
      finish(code.rawValue)
    } catch {
      let code = exitCode(for: error)
      guard code.isSuccess else {
        guard code == .validationFailure else { fail(message(for: error), code: 1) }
        let complaint = error is ValidationError ? nil : complaint(understood)
        fail(complaint ?? message(for: error), code: 2)
      }
      // Help and version.
      let width = Terminal.width()
      print(HelpText.fitted(fullMessage(for: error, columns: width), to: width))
    }
    finish(0)
  }

  /// Ends with `code`, or with 1 where something that was printed is lost.
  private static func finish(_ code: Int32) -> Never {
    if let failure = StandardStreams.outputFailure() {
      note("proxyv-eval: \(failure)")
      Foundation.exit(code == 0 ? 1 : code)
    }
    Foundation.exit(code)
  }

  private static func fail(_ message: String, code: Int32) -> Never {
    let lost = StandardStreams.outputFailure()
    note("proxyv-eval: \(message)")
    if let lost { note("proxyv-eval: \(lost)") }
    Foundation.exit(code)
  }

  /// What the parser's own sentence leaves out: the name that was misspelt.
  private static func complaint(_ arguments: [String]) -> String? {
    (try? CommandGrammar.ofProgram())?.complaint(arguments)
  }

  /// The parser shows the help of the program for a command that there is not.
  private static func checkNames(_ arguments: [String]) throws {
    if let complaint = complaint(arguments) { throw ValidationError(complaint) }
  }

  /// lmms-eval spells its options with underscores; both spellings mean the same here.
  static func underscoresAccepted(_ arguments: [String]) -> [String] {
    var literal = false
    return arguments.map { argument in
      if argument == "--" { literal = true }
      guard !literal, argument.hasPrefix("--") else { return argument }
      let name = argument.prefix { $0 != "=" }
      return String(name).replacing("_", with: "-") + argument.dropFirst(name.count)
    }
  }
}

extension ProxyVEval {
  /// `--crops -2` becomes `--crops=-2`: the argument parser takes what begins with a dash for an
  /// option and would say that the value is missing, where the command can say what is possible.
  static func negativeValuesJoined(_ arguments: [String]) -> [String] {
    arguments.reduce(into: []) { joined, argument in
      let isNegative = argument.hasPrefix("-") && argument.dropFirst().first?.isNumber == true
      if isNegative, let option = joined.last, option.hasPrefix("--"), option != "--",
        !option.contains("="), !joined.contains("--")
      {
        joined[joined.count - 1] = option + "=" + argument
      } else {
        joined.append(argument)
      }
    }
  }
}

/// A run that ended with more failed samples than allowed; its results are complete on disk.
struct IncompleteRun: Error {
  let message: String
}
