import ArgumentParser
import Diagnostics
import Evaluation

/// The runs that a command was given, one after the other: a bad one is named on standard error,
/// the others are shown, and the command ends with 1.
struct EachRun<Value> {
  let values: [Value]
  private let isWhole: Bool

  /// - Parameters:
  ///   - paths: run directories, or folders that hold them
  ///   - body: what is made of a run
  /// - Throws: where nothing can be made of any of them: what is wrong with the first
  init(in paths: [String], _ body: (RunDirectory) throws -> Value) throws {
    var values: [Value] = []
    var failures: [any Error] = []
    for path in paths {
      do {
        for place in try RunDirectory.places(in: path) {
          do {
            values.append(try body(RunDirectory(opening: place)))
          } catch {
            failures.append(error)
          }
        }
      } catch {
        failures.append(error)
      }
    }
    if values.isEmpty, let first = failures.first {
      for other in failures.dropFirst() { note("left out: \(render(other))") }
      throw first
    }
    for failure in failures { note("left out: \(render(failure))") }
    self.values = values
    isWhole = failures.isEmpty
  }

  /// Called when what could be shown has been.
  /// - Throws: the exit code 1 where a run was left out
  func checkIsWhole() throws {
    if !isWhole { throw ExitCode(1) }
  }
}
