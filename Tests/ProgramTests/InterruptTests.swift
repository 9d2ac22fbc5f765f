import Foundation
import TestSupport
import Testing

/// A run that is stopped from outside, by Ctrl-C or by the system.
@Suite struct InterruptTests {
  @Test(arguments: [SIGINT, SIGTERM])
  func `the finished table is shown and how to go on is said`(number: Int32) throws {
    let folder = try TemporaryFolder()
    let output = folder.path + "/o"
    let arguments = try Program.runArguments(["docvqa", "chartqa"], output: output)
    let errors = folder.path + "/errors"
    let child = try ChildProcess(Program.path, arguments, output: .pipe, errors: .file(errors))
    // The second benchmark's first answer says that the first benchmark is done.
    let log = output + "/chartqa/answers/answers.0-of-1.jsonl"
    for _ in 0..<6000 where ((try? Data(contentsOf: URL(fileURLWithPath: log))) ?? Data()).isEmpty {
      Thread.sleep(forTimeInterval: 0.01)
    }
    child.send(number)
    let shown = child.readToEnd()
    let ending = child.wait()
    let said = try String(contentsOfFile: errors, encoding: .utf8)
    // It may have ended by itself just before.
    guard ending.status != 0 else { return }
    #expect(ending.status == 128 + number && !ending.wasSignalled, "\(said)")
    #expect(shown.contains("DocVQA val") && !shown.contains("ChartQA"), "\(shown)")
    #expect(said.contains("the same command continues here"), "\(said)")
    let again = try Program.run(arguments)
    #expect(again.status == 0, "\(again.errors)")
    #expect(again.errors.contains("20 of 20 answered"), "\(again.errors)")
    #expect(again.output.contains("DocVQA val") && again.output.contains("ChartQA"))
  }
}
