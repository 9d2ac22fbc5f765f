import Foundation
import TestSupport
import Testing

/// What users of lmms-eval type.
@Suite struct LMMsEvalProgramTests {
  /// The flag as it is typed, the exit code, and what the sentence about it mentions.
  static let flags: [(typed: [String], status: Int32, mentions: String)] = [
    (["--batch_size", "1"], 0, "--batch_size is not needed"),
    (["--batch_size=8"], 0, "--batch_size is not needed"),
    (["--max_batch_size", "8"], 0, "--max_batch_size is not needed"),
    (["--log_samples"], 0, "--log_samples is not needed"),
    (["--log_samples_suffix", "tiny"], 0, "--output"),
    (["--verbosity", "DEBUG"], 0, "--quiet"),
    (["--use_cache", "cache"], 0, "continues where it stopped"),
    (["--cache_requests", "true"], 0, "continues where it stopped"),
    (["--seed", "42"], 0, "greedy"),
    (["--apply_chat_template"], 0, "--conversation"),
    (["--trust_remote_code"], 0, "no code"),
    (["--predict_only"], 0, "score"),
    (["--write_out"], 0, "questions.jsonl"),
    (["--show_config"], 0, "run.json"),
    (["--process_with_media"], 0, "not needed"),
    (["--force_simple"], 0, "one kind of model"),
    (["--timezone", "UTC"], 0, "in UTC"),
    (["--num_fewshot", "0"], 0, ""),
    (["--device", "cpu"], 0, ""),
    (["--num_fewshot", "5"], 2, "without examples"),
    (["--device", "cuda:0"], 2, "--threads"),
    (["--gen_kwargs", "max_new_tokens=16"], 2, "greedy"),
    (["--wandb_args", "project=x"], 2, "report --format json"),
    (["--check_integrity"], 2, "doctor data"),
    (["--include_path", "tasks"], 2, "list benchmarks"),
    (["--config", "x.yaml"], 2, "command line"),
    (["--system_instruction", "Be brief."], 2, "--conversation"),
    (["--wandb_log_samples"], 2, "samples.jsonl"),
    (["--hf_hub_log_args", "x=y"], 2, "export --format lmms-eval"),
    (["--launcher_args", "x"], 2, "judge"),
  ]

  @Test(arguments: flags.indices)
  func `a flag is done or answered with one sentence`(index: Int) throws {
    let flag = Self.flags[index]
    try TestMaterial.withTemporaryFolder { folder in
      let outcome = try Program.run(
        [
          "--model", "llava", "--model_args",
          "pretrained=\(Program.tinyModel.get()),device_map=auto",
          "--tasks", "docvqa_val", "--limit", "0.1", "--output_path", folder, "--data",
          Program.samples, "--aspect", "pad",
        ] + flag.typed)
      #expect(outcome.status == flag.status, "\(outcome.errors)")
      #expect(flag.mentions.isEmpty || outcome.errors.contains(flag.mentions), "\(outcome.errors)")
      if flag.status == 0 {
        #expect(outcome.errors.contains("2 of 20 answered"), "\(outcome.errors)")
        #expect(outcome.errors.contains("device_map has no meaning here"))
      } else {
        expectOneSentence(outcome, status: 2, mentions: [])
      }
    }
  }

  @Test(arguments: [["list", "tasks"], ["--tasks", "list"], ["run", "--tasks", "list"]])
  func `tasks are listed`(arguments: [String]) throws {
    let outcome = try Program.run(arguments)
    #expect(outcome.status == 0 && outcome.output.contains("| docvqa "), "\(outcome.errors)")
  }

  @Test(
    arguments: [
      ("docvqa_test", "DocVQA val"), ("mmbench_en_test", "MMBench"), ("docvqua", "\"docvqa\""),
    ])
  func `a task of another split is refused`(task: String, mentions: String) throws {
    let outcome = try Program.run([
      "run", "--tasks", task, "--model", "tesseract", "--data", Program.samples, "--output",
      "/tmp/x",
    ])
    expectOneSentence(outcome, status: 2, mentions: [mentions])
  }

  /// The value, the exit code and what is said: nothing is taken for something else in silence.
  @Test(
    arguments: [
      ("dtype=float16", 0, "no equivalent"), ("dtype=auto", 0, "activations are f32"),
      ("torch_dtype=float32", 0, ""), ("dtype=bloat16", 2, "\"bfloat16\""),
      ("attn_implementation=sdpa", 0, ""), ("attn_implementation=eagr", 2, "\"eager\""),
      ("load_in_8bit=yes", 2, "True or False"), ("load_in_4bit=True", 2, "--weights int8"),
      ("load_in_4bit=False", 0, ""),
    ] as [(String, Int32, String)])
  func `a model's argument is done or answered`(
    argument: String, status: Int32, mentions: String
  ) throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run([
      "--model", "llava", "--model_args", "pretrained=\(Program.tinyModel.get()),\(argument)",
      "--tasks", "docvqa_val", "--data", Program.samples, "--output_path", folder.path,
      "--dry-run",
    ])
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(mentions.isEmpty || outcome.errors.contains(mentions), "\(outcome.errors)")
  }
}
