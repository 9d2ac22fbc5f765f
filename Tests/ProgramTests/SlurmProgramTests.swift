import DataFormats
import Foundation
import TestSupport
import Testing

/// `Scripts/slurm/submit` on a real Slurm of one node, started here and stopped afterwards.
@Suite(
  .serialized, .enabled(if: Peers.areInstalled, "\(Peers.reason)"),
  .enabled(if: geteuid() == 0, "Slurm's daemons start as root only"))
struct SlurmProgramTests {
  private func shell(_ command: String, in cluster: String) throws -> (status: Int32, text: String)
  {
    // A file and not a pipe: the daemons that it starts keep the pipe open.
    let outcome = try ChildProcess.run(
      "/bin/bash", ["-c", command + " 2>&1"], environment: ["SLURM_CONF": cluster + "/slurm.conf"],
      folder: TestMaterial.project)
    return (outcome.status, outcome.output)
  }

  /// Starts a cluster; what started of one that does not come up is stopped.
  private func start(in folder: String) throws -> String {
    let cluster = folder + "/cluster"
    let started = try shell("Scripts/peers/slurm-cluster start \(cluster)", in: cluster)
    if started.status != 0 { stop(cluster) }
    try #require(started.status == 0, "\(started.text)")
    return cluster
  }

  private func stop(_ cluster: String) {
    let stopped = try? shell("Scripts/peers/slurm-cluster stop \(cluster)", in: cluster)
    #expect(stopped?.status == 0, "\(stopped?.text ?? "")")
  }

  private func wait(_ what: String, in cluster: String, until condition: String) throws {
    for _ in 0..<1200 {
      if try shell(condition, in: cluster).status == 0 { return }
      Thread.sleep(forTimeInterval: 0.1)
    }
    Issue.record("\(what) did not come: \(try shell("squeue --all", in: cluster).text)")
  }

  @Test func `an array with a task killed and one requeued equals one run`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let cluster = try start(in: folder)
      defer { stop(cluster) }
      let whole = try Program.run(
        Program.runArguments(["docvqa", "chartqa"], output: folder + "/whole"))
      try #require(whole.status == 0, "\(whole.errors)")

      let output = folder + "/parts"
      let arguments = try Program.runArguments(["docvqa", "chartqa"], output: output).dropFirst()
        .joined(separator: " ")
      let submitted = try shell(
        "Scripts/slurm/submit --program \(Program.path) --tasks 5 --at-once 2 -- \(arguments)"
          + " --threads 1", in: cluster)
      #expect(submitted.status == 0, "\(submitted.text)")
      let array = try shell("cat \(output)/slurm/array.id", in: cluster).text
        .trimmingCharacters(in: .whitespacesAndNewlines)
      let log = "\(output)/docvqa/answers/answers.1-of-5.jsonl"
      try wait("the second task's first answer", in: cluster, until: "test -s \(log)")
      // One is killed as by the system, one is taken back by the scheduler.
      let process = try shell(
        "sed -n 's/^task: process //p' \(output)/slurm/task-2.log | tail -1", in: cluster)
      kill(try #require(Int32(process.text.filter(\.isNumber))), SIGKILL)
      _ = try shell("scontrol requeue \(array)_1", in: cluster)
      try wait("the end", in: cluster, until: "test -z \"$(squeue --noheader)\"")

      let report = try readFile(output + "/report.md")
      let scored = try Program.run(
        ["score", folder + "/whole/docvqa", folder + "/whole/chartqa", "--format", "markdown"])
      #expect(String(decoding: report, as: UTF8.self) == scored.output)
      for file in ["docvqa/scores.json", "docvqa/samples.jsonl", "chartqa/scores.json"] {
        #expect(try readFile("\(output)/\(file)") == readFile("\(folder)/whole/\(file)"))
      }
      let said = try shell("cat \(output)/slurm/task-2.log", in: cluster).text
      #expect(said.contains("start 2"), "\(said)")
    }
  }

  @Test func `a night in shards equals one that one process ran`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let plan = try NightPlan(
        in: folder,
        models: "  - {name: tiny, model: MODEL, aspect: pad}\n  - {name: reader, model: tesseract}",
        benchmarks: "  - {name: docvqa, limit: 9}\n  - {name: chartqa, limit: 3}")
      let whole = try plan.run()
      try #require(whole.status == 0, "\(whole.errors)")
      let first = try #require(try plan.nights.first)
      #expect(try plan.pin(first).status == 0)
      let cluster = try start(in: folder)
      defer { stop(cluster) }
      let submitted = try shell(
        "Scripts/slurm/submit --program \(Program.path) --tasks 3 --at-once 2 \(plan.file)",
        in: cluster)
      #expect(submitted.status == 0, "\(submitted.text)")
      let second = try #require(try plan.nights.last)
      let logs = "\(plan.root)/nights/\(second)/slurm"
      try wait("the first task", in: cluster, until: "test -s \(logs)/task-1.log")
      let array = try shell("cat \(logs)/array.id", in: cluster).text
        .trimmingCharacters(in: .whitespacesAndNewlines)
      _ = try shell("scontrol requeue \(array)_1", in: cluster)
      try wait("the end", in: cluster, until: "test -z \"$(squeue --noheader)\"")
      let closed = try shell("cat \(logs)/close.log", in: cluster).text
      #expect(closed.contains("IDENTICAL \(second)"), "\(closed)")
      for part in ["tiny/docvqa", "tiny/chartqa", "reader/docvqa", "reader/chartqa"] {
        #expect(
          try readFile(plan.run(second, part) + "/scores.json")
            == readFile(plan.run(first, part) + "/scores.json"))
      }
    }
  }

  @Test func `what cannot run is refused before anything is submitted`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let submit = "Scripts/slurm/submit --dry-run --program \(Program.path)"
      for (arguments, mention) in [
        ("-- docvqa --model tesseract --data \(folder) --output \(folder)/o", "DocVQA"),
        ("-- docvqa --model m --data d --output o --shard 1/2", "--shard"),
        ("-- docvqa --model m --data d --output o --fresh", "--fresh"),
        ("--tasks 0 -- docvqa", "--tasks"), ("\(folder)/none.yml", "no such file"),
        ("", "--help"),
      ] {
        let outcome = try shell("\(submit) \(arguments)", in: folder)
        #expect(outcome.status != 0 && outcome.text.contains(mention), "\(outcome.text)")
      }
      let good = try shell(
        "\(submit) --minutes-per-task 1 --seconds-per-image 30 -- docvqa"
          + " --model tesseract --data \(Program.samples) --output \(folder)/o", in: folder)
      #expect(good.status == 0 && good.text.contains("6 images, 3 tasks"), "\(good.text)")
    }
  }
}
