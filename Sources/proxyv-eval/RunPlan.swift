import DataFormats
import Evaluation
import Reporting

/// `run --dry-run`: what the command would ask and where it would put it, after everything but the
/// model's weights was opened. Scripts that spread a run over machines read it as JSON, so that
/// nothing but this program takes a run's arguments apart.
struct RunPlan {
  /// A benchmark of the run.
  struct Part {
    let benchmark: String
    let title: String
    let questions: Int
    let images: Int
    let folder: String
  }

  let parts: [Part]
  let output: String
  /// The arguments that score the whole when every part of it is answered; in JSON a shell's words.
  let score: [String]
  /// The options with which it is to be compared with another run.
  let compare: [String]

  var table: ResultTable {
    var table = ResultTable(columns: [
      .init("Benchmark", importance: .essential), .init("Questions", importance: .essential),
      .init("Images", importance: .high), .init("Run directory", importance: .essential),
    ])
    for part in parts {
      table.append([
        "Benchmark": .text(part.title), "Questions": .integer(part.questions),
        "Images": .integer(part.images), "Run directory": .text(part.folder),
      ])
    }
    return table
  }

  var json: JSONValue {
    [
      "benchmarks": .array(
        parts.map {
          [
            "name": .string($0.benchmark), "questions": .integer($0.questions),
            "images": .integer($0.images), "run": .string($0.folder),
          ]
        }),
      "questions": .integer(parts.reduce(0) { $0 + $1.questions }),
      "images": .integer(parts.reduce(0) { $0 + $1.images }),
      "output": .string(output), "score": .string(Self.shellWords(score)),
      "compare": .string(Self.shellWords(compare)),
    ]
  }

  /// Words as a shell takes them.
  private static func shellWords(_ words: [String]) -> String {
    words.map { word in
      let isPlain =
        !word.isEmpty && word.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !special.contains($0) }
      return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }.joined(separator: " ")
  }

  private static let special = Set("\"'\\$`!*?[](){}<>|&;~#".utf8)
}

extension RunCommand {
  /// What would be done.
  func plan(of runs: [BenchmarkRun]) throws -> RunPlan {
    let parts = try runs.map { run in
      let work = try run.work()
      return RunPlan.Part(
        benchmark: run.benchmark.name, title: run.benchmark.title, questions: work.questions,
        images: work.images, folder: output + "/" + run.benchmark.name)
    }
    let given = GivenOptions()
    let space =
      given.contains("--box-space") ? ["--box-space", scoringSpace.boxSpace.rawValue] : []
    let intervals = intervalOptions.intervals ? [] : ["--no-intervals"]
    let isOne = profile.lowercased() != "all"
    return RunPlan(
      parts: parts, output: output,
      score: ["score", "--format", "markdown", "--profile", profile] + space + intervals
        + parts.map(\.folder),
      compare: (isOne ? ["--profile", profile] : []) + space)
  }
}
