import Foundation
import Hashing
import TestSupport
import Testing

/// `docs/man/proxyv-eval.1`, which `Scripts/manual` writes.
@Suite struct ManualTests {
  private static let path = TestMaterial.project + "/docs/man/proxyv-eval.1"
  private static let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""

  @Test func `the manual is that of the program's help`() throws {
    let help = try Program.run(["--experimental-dump-help"]).output
    let hash = SHA256.hexadecimal(of: Array(help.utf8))
    #expect(
      Self.text.contains(".\\\" help \(hash)\n"), "the help has changed; run Scripts/manual")
  }

  @Test(arguments: DescribedCommand.all)
  func `every command and option stands in it`(command: DescribedCommand) {
    let name = command.name.split(separator: " ").last ?? ""
    #expect(Self.text.contains(".It Em \(name)\n") || name == "run-status", "\(command.name)")
    for option in command.options where option.name.hasPrefix("--") && !option.summary.isEmpty {
      // mdoc writes the first dash itself.
      #expect(Self.text.contains("-\(option.name.dropFirst(2))"), "\(command.name) \(option.name)")
    }
  }

  /// No test needs groff; where it is, it must have nothing to say.
  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/groff"), "groff is not installed")
  )
  func `groff sets it without a warning`() throws {
    let outcome = try ChildProcess.run(
      "/usr/bin/groff", ["-mandoc", "-Tutf8", "-ww", Self.path])
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    // Examples stand as they are typed.
    #expect(outcome.output.contains("proxyv-eval report --published-table 5\n"))
  }
}
