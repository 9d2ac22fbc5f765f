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

  private func wait(_ what: String, in cluster: String, until condition: String) throws {
    for _ in 0..<1200 {
      if try shell(condition, in: cluster).status == 0 { return }
      Thread.sleep(forTimeInterval: 0.1)
    }
    Issue.record("\(what) did not come: \(try shell("squeue --all", in: cluster).text)")
  }

  @Test func `an array with a task killed and one requeued equals one run`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let cluster = folder + "/cluster"
      let started = try shell("Scripts/peers/slurm-cluster start \(cluster)", in: cluster)
      try #require(started.status == 0, "\(started.text)")
      defer { _ = try? shell("Scripts/peers/slurm-cluster stop \(cluster)", in: cluster) }
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
      _ = try shell("pkill -9 -f -- '\(output) .*--shard 2/5'", in: cluster)
      _ = try shell("scontrol requeue \(array)_1", in: cluster)
      try wait("the end", in: cluster, until: "test -z \"$(squeue --noheader)\"")

      let report = try readFile(output + "/report.md")
      #expect(String(decoding: report, as: UTF8.self) == whole.output)
      for file in ["docvqa/scores.json", "docvqa/samples.jsonl", "chartqa/scores.json"] {
        #expect(try readFile("\(output)/\(file)") == readFile("\(folder)/whole/\(file)"))
      }
      let said = try shell("cat \(output)/slurm/task-2.log", in: cluster).text
      #expect(said.contains("start 2"), "\(said)")
    }
  }

  @Test func `what cannot run is refused before anything is submitted`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      let submit = "Scripts/slurm/submit --dry-run --program \(Program.path)"
      for (arguments, mention) in [
        ("-- docvqa --model m --data \(folder) --output \(folder)/o", "docvqa"),
        ("-- docvqa --model m --data d --output o --shard 1/2", "--shard"),
        ("-- docvqa --model m --data d --output o --fresh", "--fresh"),
        ("--tasks 0 -- docvqa", "--tasks"), ("\(folder)/none.yml", "no such file"),
        ("", "--help"),
      ] {
        let outcome = try shell("\(submit) \(arguments)", in: folder)
        #expect(outcome.status != 0 && outcome.text.contains(mention), "\(outcome.text)")
      }
      let good = try shell(
        "\(submit) --minutes-per-task 1 --seconds-per-image 30 -- docvqa --model m"
          + " --data \(Program.samples) --output \(folder)/o", in: folder)
      #expect(good.status == 0 && good.text.contains("6 images, 3 tasks"), "\(good.text)")
    }
  }
}
