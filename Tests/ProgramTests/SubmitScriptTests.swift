import Foundation
import TestSupport
import Testing

/// What `Scripts/slurm/submit --dry-run` says, which needs no Slurm.
@Suite struct SubmitScriptTests {
  private func submit(_ arguments: [String]) throws -> ChildProcess.Outcome {
    try ChildProcess.run(
      TestMaterial.project + "/Scripts/slurm/submit",
      ["--dry-run", "--program", Program.path] + arguments)
  }

  private func model() throws -> [String] {
    ["--model", try Program.tinyModel.get(), "--data", Program.samples, "--output", "o"]
  }

  /// Whatever `run` takes, in whatever order.
  @Test(arguments: [
    ["docvqa", "chartqa"], ["docvqa,chartqa"], ["run", "docvqa", "chartqa"],
    ["--quiet", "docvqa", "chartqa"], ["--json", "--keep-going", "docvqa", "chartqa"],
    ["--details", "docvqa", "--no-intervals", "chartqa"], ["--tasks", "docvqa_val,chartqa"],
    ["--tasks=docvqa_val", "chartqa", "--batch_size", "1", "--log_samples"],
    ["--intervals", "docvqa_val", "--exif-transpose", "chartqa"],
  ])
  func `the program takes the arguments of a run apart`(arguments: [String]) throws {
    let plain = try submit(["--"] + ["docvqa", "chartqa"] + model())
    let outcome = try submit(["--"] + arguments + model())
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    let images = outcome.output.prefix { $0 != "," }
    #expect(images.hasSuffix(" images") && plain.output.hasPrefix(images), "\(outcome.output)")
    let (given, task) = (
      (arguments.first == "run" ? Array(arguments.dropFirst()) : arguments), "each task: "
    )
    #expect(
      outcome.output.contains(
        "\(task)\(Program.path) run \((given + (try model())).joined(separator: " ")) --shard TASK/"
      )
    )
    #expect(outcome.output.contains(" o/docvqa o/chartqa\n"), "\(outcome.output)")
  }

  @Test func `all asks what there is data for, and a selection counts its own images`() throws {
    let all = try submit(["--", "all"] + model())
    #expect(all.status == 0, "\(all.errors)")
    #expect(all.output.contains("o/docvqa") && all.output.contains("o/mme"), "\(all.output)")
    let one = try submit(["--", "docvqa", "--limit", "1"] + model())
    #expect(one.output.hasPrefix("1 images, 1 tasks"), "\(one.output)")
  }

  @Test func `the closing job scores and compares as the run does`() throws {
    let folder = try TemporaryFolder()
    let outcome = try submit(
      ["--baseline", folder.path, "--", "docvqa", "--profile", "official", "--no-intervals"]
        + model())
    #expect(
      outcome.output.contains(
        "then: \(Program.path) score --format markdown --profile official --no-intervals o/docvqa\n"
      ), "\(outcome.output)\(outcome.errors)")
    #expect(
      outcome.output.contains(
        "then: \(Program.path) compare \(folder.path) o --profile official\n"), "\(outcome.output)")
    let every = try submit(
      ["--baseline", folder.path, "--", "docvqa", "--profile", "all"] + model())
    #expect(
      every.status == 0 && every.output.contains("compare \(folder.path) o"), "\(every.output)")
  }

  @Test func `names with blanks and quotes stay whole`() throws {
    let output = "a \"quoted\" place\\with blanks"
    let outcome = try submit([
      "--", "docvqa", "--model", try Program.tinyModel.get(), "--data", Program.samples,
      "--output", output,
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains(" \(output)/docvqa\n"), "\(outcome.output)")
  }

  @Test(
    arguments: [
      (["--night", "monday", "--", "docvqa"], 2, "--night goes with a night's file"),
      (["--output", "x", "--", "docvqa"], 2, "--output goes behind --"),
      (["--", "docvqa", "--dry-run"], 2, "--dry-run goes before --"),
      (["--", "docvqa", "--shard", "1/2"], 2, "--shard"),
      (["--", "docvqa", "--fresh"], 2, "--fresh"),
      (["--", "docvqa", "--ouput", "x"], 2, "did you mean \"--output\"?"),
      (["--", "docvqaa"], 2, "did you mean \"docvqa\"?"),
      (["--", "docvqa", "--data", "/none"], 1, "/none: no such folder"),
      (["--tasks", "0", "--", "docvqa"], 2, "--tasks"), (["none.yml"], 2, "no such file"),
      ([], 2, "--help"),
    ] as [([String], Int32, String)])
  func `what cannot run is refused with one sentence`(
    arguments: [String], status: Int32, mentions: String
  ) throws {
    // What is named later would win.
    var more = arguments.contains("--") ? try model() : []
    if arguments.contains("--data") { more.removeSubrange(2..<4) }
    let outcome = try submit(arguments + more)
    #expect(outcome.status == status, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.errors.contains(mentions), "\(outcome.errors)")
  }

  @Test func `a night is planned below the root that is named`() throws {
    let folder = try TemporaryFolder()
    let plan = try NightPlan(
      in: folder.path, models: "  - {name: tiny, model: MODEL, aspect: pad}",
      benchmarks: "  - {name: docvqa, limit: 2}")
    let outcome = try submit(["--output", folder.path + "/elsewhere", plan.file])
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(
      outcome.output.contains("--night NAME --output \(folder.path)/elsewhere"),
      "\(outcome.output)")
  }
}
