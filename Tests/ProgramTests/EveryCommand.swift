import DataFormats
import Foundation
import TestSupport
import Testing

/// A call of every command that ends soon with exit code 0 and prints something.
enum EveryCommand {
  static let quick = [
    "--help", "--version", "list", "list methods",
    "run docvqa --model MODEL --data SAMPLES/docvqa --aspect pad --limit 2 --output OUT",
    "import docvqa --answers MADE/exported --data SAMPLES/docvqa --output OUT",
    "merge RUN --output OUT", "run-status RUN", "score RUN", "score RUN --json",
    "compare RUN RUN", "report RUN", "view RUN --output OUT",
    "export RUN --format lmms-eval --output OUT",
    "answer --model MODEL --prompt hello --max-new-tokens 2",
    "inspect image SAMPLES/docvqa/documents/abmi0001_1.png", "inspect model MODEL",
    "inspect data SAMPLES/docvqa", "doctor data SAMPLES/docvqa",
    "synthesize tiny --output OUT", "efficiency --flops-only --layers 2",
    "bench image SAMPLES/docvqa/documents/abmi0001_1.png --runs 1",
    "tokenize --model MODEL <MADE/texts.jsonl", "metric anls <GOLDEN/metrics/anls.jsonl",
    "statistics prng <GOLDEN/statistics/prng.jsonl", "nightly check PLAN",
    "nightly status PLAN", "nightly show PLAN", "history list ROOT", "history show ROOT",
    "history export ROOT", "history rebuild ROOT",
  ]

  /// Commands that are not called here, with the reason.
  static let leftOut = [
    "serve": "it does not end",
    "study masking": "one run for each layer",
    "bench kernels": "a benchmark of seconds",
    "bench prefill": "a benchmark of seconds",
    "bench decode": "a benchmark of seconds",
    "bench suite": "a benchmark of seconds",
    "bench scoring": "a benchmark of seconds",
    "bench agreement": "a benchmark of seconds",
    "bench served": "a benchmark of seconds",
    "nightly run": "it is a whole night",
    "nightly begin": "it begins a night each time",
    "nightly close": "it needs a night that was begun",
    "nightly acknowledge": "it needs a change point",
    "nightly baseline set": "it changes what the others read",
  ]

  /// A run over two questions and a night over two more, made once.
  private static let made: Result<TemporaryFolder, any Error> = Result {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(
      Program.runArguments(["docvqa"], output: folder.path + "/runs") + ["--limit", "2"])
    try #require(outcome.status == 0, "\(outcome.errors)")
    let exported = try Program.run([
      "export", folder.path + "/runs/docvqa", "--format", "lmms-eval", "--output",
      folder.path + "/exported",
    ])
    try #require(exported.status == 0, "\(exported.errors)")
    try folder.write(#"{"text": "hello"}"# + "\n", to: "texts.jsonl")
    let plan = try folder.write(
      """
      output: \(folder.path)/root
      data: \(Program.samples)
      models:
        - {name: tiny, model: \(Program.tinyModel.get()), aspect: pad}
      benchmarks:
        - {name: docvqa, limit: 2}
      """, to: "nightly.yml")
    let night = try Program.run(["nightly", "run", plan])
    try #require(night.status == 0, "\(night.errors)")
    return folder
  }

  /// A call with its places filled in, in the shell's language.
  static func words(_ command: String, output: String) throws -> String {
    let made = try Self.made.get().path
    return try command.replacing("RUN", with: made + "/runs/docvqa")
      .replacing("SAMPLES", with: Program.samples).replacing("OUT", with: output)
      .replacing("MODEL", with: Program.tinyModel.get()).replacing("MADE", with: made)
      .replacing("PLAN", with: made + "/nightly.yml").replacing("ROOT", with: made + "/root")
      .replacing("GOLDEN", with: TestMaterial.golden)
  }
}
