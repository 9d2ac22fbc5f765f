import ArgumentParser
import Benchmarking

struct BenchServed: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "served",
    abstract: "What a run of a served model costs beside the server's own time.",
    discussion: """
      A server of this process answers every question after the same time; the ideal is \
      QUESTIONS / CONCURRENCY of them \
      in a row.

      Example: proxyv-eval bench served --questions 2000 --concurrency 32 --latency 50
      """
  )

  @Option(name: .long, help: "How many questions are asked.") var questions = 2_000
  @Option(name: .long, help: "How many are under way at once.") var concurrency = 32
  @Option(name: .long, help: "Milliseconds that the server takes.") var latency = 50
  @OptionGroup(title: "Table") var tableOptions: TableOptions

  func validate() throws {
    for (name, value) in [("questions", questions), ("concurrency", concurrency)] where value < 1 {
      throw ValidationError("--\(name) must be at least 1")
    }
    if latency < 0 { throw ValidationError("--latency must be at least 0") }
  }

  func run() throws {
    var bench = ServedBench()
    bench.questions = questions
    bench.concurrency = concurrency
    bench.milliseconds = latency
    try tableOptions.show(bench.run())
  }
}
