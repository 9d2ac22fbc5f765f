import Benchmarks
import Diagnostics
import Evaluation
import Foundation
public import Reporting
import ServedModel
import Serving

/// What a run of a served model costs beside the server's own time: questions at once against a
/// server that answers each after the same time.
///
/// The ideal is `questions / concurrency` answers one after the other.
public struct ServedBench {
  public var questions = 2_000
  public var concurrency = 32
  public var milliseconds = 50

  public init() {}

  /// - Throws: what keeps the run from its end.
  public func run() throws -> ResultTable {
    let server = DelayedServer(milliseconds: milliseconds)
    let address = try ServerAddress("openai:" + server.start())
    var settings = ServedModelSettings()
    settings.concurrency = concurrency
    settings.streams = false
    let model = try ServedModel(address, settings: settings)
    let benchmark = BenchmarkRegistry.all[0]
    let samples = (0..<questions).map {
      Sample(id: "\($0)", image: nil, question: "Is this question \($0)?", references: ["yes"])
    }
    let data = OpenedData(path: "made up", layout: benchmark.formats[0], samples: samples)
    let before = peakMemory() ?? 0
    let workBefore = Self.processorSeconds()
    var failed = 0
    let seconds = try ScratchFolder.with { scratch in
      let runner = Runner(benchmark: benchmark, data: data, outputFolder: scratch + "/run")
      return try Timing.seconds { failed = try runner.run(model, progress: Silent()).failed }
    }
    let work = Self.processorSeconds() - workBefore
    withExtendedLifetime(server) {}
    guard failed == 0 else {
      throw BenchmarkingError(.wrongResult, "\(failed) of \(questions) questions failed")
    }
    let ideal = Double((questions + concurrency - 1) / concurrency * milliseconds) / 1e3
    var table = ResultTable(
      title: "Served model",
      columns: [
        .init("questions", importance: .low), .init("at once", importance: .high),
        .init("ms each", importance: .low), .init("ideal, s", importance: .high),
        .init("s", importance: .essential), .init("of the ideal", importance: .essential),
        "CPU ms each",
        "more memory, MB",
      ])
    let more = Double(max(0, (peakMemory() ?? 0) - before)) / 1e6
    table.append([
      "questions": .integer(questions), "at once": .integer(concurrency),
      "ms each": .integer(milliseconds), "ideal, s": .number(ideal, decimals: 3),
      "s": .number(seconds, decimals: 3), "of the ideal": .number(seconds / ideal, decimals: 3),
      "CPU ms each": .number(1e3 * work / Double(questions), decimals: 3),
      "more memory, MB": .number(more, decimals: 1),
    ])
    return table
  }

  /// Of this process, the server's part included: what does not depend on who else computes here.
  private static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private final class Silent: RunProgress {
    func start(total: Int, answeredBefore: Int, failedBefore: Int) {}
    func answered(id: String, failure: Answer.Failure?) {}
    func finish() {}
  }
}
