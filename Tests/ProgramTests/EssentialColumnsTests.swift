import Foundation
import TestSupport
import Testing

/// What a terminal of 80 columns must not lose: the columns that a command is there for.
@Suite struct EssentialColumnsTests {
  @Test(arguments: [
    ("score RUNS/floor", ["Benchmark", "Figure", "Score"]),
    // What tells the three runs apart is their method.
    ("report RUNS --layout figures", ["Benchmark", "Score", "Method"]),
    ("list benchmarks", ["Benchmark", "Split", "Questions"]),
    ("list methods", ["Method", "What it does"]),
    ("compare RUNS/baseline RUNS/floor --replicates 99", ["Figure", "A", "B", "Δ", "verdict"]),
    ("efficiency --flops-only", ["Method", "Reduced %", "Published %"]),
    (
      "efficiency --model MODEL --runs 1", ["Method", "FLOPs reduced", "Prefill s", "Time reduced"]
    ),
    ("bench image SAMPLES/docvqa/documents/abmi0001_1.png --runs 1", ["file", "step", "ms"]),
    ("bench prefill --model MODEL --runs 1", ["what", "weights", "seconds", "time saved"]),
    (
      "bench prefill --model MODEL --runs 1 --profile",
      ["operator", "seconds", "of time", "of bound"]
    ),
    ("bench decode --model MODEL --runs 1 --tokens 2", ["method", "weights", "batch", "tokens/s"]),
    (
      "bench agreement --model MODEL --samples 2 --tokens 2",
      ["weights", "equal tokens", "equal answers"]
    ),
    ("bench served --questions 4 --concurrency 2 --latency 1", ["s", "of the ideal"]),
    (
      "bench suite SAMPLES --model MODEL --aspect pad --benchmark docvqa --limit 1 --runs 1",
      ["data", "asked", "questions/min", "speed"]
    ),
  ])
  func `80 columns show what a command is for`(command: String, columns: [String]) throws {
    let runs = try ReportProgramTests.runs.get()
    let arguments = try command.split(separator: " ").map(String.init).map { word in
      try word.replacing("RUNS", with: runs).replacing("SAMPLES", with: Program.samples)
        .replacing("MODEL", with: Program.tinyModel.get())
    }
    let outcome = try Program.run(arguments, environment: ["COLUMNS": "80"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    // A title may take several lines.
    let lines = outcome.output.split(separator: "\n").filter { $0.hasPrefix("|") }
    let head = lines.prefix { !$0.hasPrefix("| -") }.map {
      $0.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
        .map { $0.trimmingCharacters(in: .whitespaces) }
    }
    let titles = (head.first?.indices ?? 0..<0).map { place in
      head.compactMap { $0.indices.contains(place) ? $0[place] : nil }.filter { !$0.isEmpty }
        .joined(separator: " ")
    }
    for column in columns {
      #expect(titles.contains { $0 == column || $0.hasPrefix(column + "†") }, "\(titles)")
    }
  }

  @Test func `the paper's table is turned where 80 columns do not hold its benchmarks`() throws {
    let runs = try ReportProgramTests.runs.get()
    let outcome = try Program.run(["report", runs], environment: ["COLUMNS": "80"])
    let lines = outcome.output.split(separator: "\n").filter { $0.hasPrefix("|") }
    for benchmark in ["DocVQA", "ChartQA"] {
      #expect(lines.contains { $0.hasPrefix("| \(benchmark)") }, "\(outcome.output)")
    }
    let head = lines.prefix { !$0.hasPrefix("| -") }.joined()
    for run in ["tesseract", "baseline", "visionzip"] { #expect(head.contains(run), "\(head)") }
  }

  @Test func `what is missing or failed is said where its columns have no room`() throws {
    let folder = try TemporaryFolder()
    let data = folder.path + "/docvqa"
    try Program.copy(Program.samples + "/docvqa", to: data)
    let image = try #require(
      FileManager.default.contentsOfDirectory(atPath: data + "/documents").sorted().first)
    try folder.write("no image", to: "docvqa/documents/" + image)
    let run = try Program.run(
      Program.runArguments(["docvqa"], output: folder.path + "/runs", data: data)
        + ["--limit", "9"])
    #expect(run.status == 0, "\(run.errors)")
    for command in ["score", "report"] {
      let outcome = try Program.run(
        [command, folder.path + "/runs"], environment: ["COLUMNS": "60"])
      let text = outcome.output.split { $0 == "\n" || $0 == " " }.joined(separator: " ")
      #expect(!text.contains("| Answered"))
      #expect(text.contains("failed and count as wrong"), "\(outcome.output)")
      #expect(text.contains("PARTIAL:") && text.contains("of 20 questions answered"))
    }
  }
}
