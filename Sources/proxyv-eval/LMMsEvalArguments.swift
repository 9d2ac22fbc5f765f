import ArgumentParser

/// The command line of lmms-eval, understood: what has an equivalent here is put into our words,
/// what has none gets one sentence that names ours. `docs/coming-from-lmms-eval.md` is the map.
struct LMMsEvalArguments {
  /// In our words.
  private(set) var arguments: [String] = []
  /// What the reader is to know, a sentence each.
  var notes: [String] = []

  /// The checkpoint that --model_args names.
  var pretrained: String?

  /// What becomes of an option of lmms-eval that `run` does not have.
  private enum Meaning {
    /// Nothing need be done; the sentence says why.
    case needless(String, takesValue: Bool)
    /// It would change what is computed: the sentence says what there is instead.
    case refused(String)
  }

  private static let meanings: [String: Meaning] = [
    "--batch-size": .needless(
      """
      --batch_size is not needed: the questions of a page are answered together, and no result \
      depends on it
      """,
      takesValue: true),
    "--max-batch-size": .needless(
      "--max_batch_size is not needed: the questions of a page are answered together",
      takesValue: true),
    "--log-samples": .needless(
      """
      --log_samples is not needed: every answer is in OUTPUT/BENCHMARK, with the rule that \
      scored it in samples.jsonl
      """,
      takesValue: false),
    "--log-samples-suffix": .needless(
      "--log_samples_suffix is not needed: name the folder with --output", takesValue: true),
    "--verbosity": .needless(
      "--verbosity has no equivalent; --quiet says less", takesValue: true),
    "--use-cache": .needless(
      """
      --use_cache is not needed: the same command continues where it stopped; --packed-cache \
      DIR makes loading faster
      """,
      takesValue: true),
    "--cache-requests": .needless(
      "--cache_requests is not needed: the same command continues where it stopped",
      takesValue: true),
    "--seed": .needless(
      "--seed is not needed: decoding is greedy and nothing is drawn at random", takesValue: true),
    "--apply-chat-template": .needless(
      """
      --apply_chat_template is not needed: the model family's template is always used; \
      --conversation chooses another
      """,
      takesValue: false),
    "--trust-remote-code": .needless(
      "--trust_remote_code is not needed: no code is ever taken from a checkpoint or a data set",
      takesValue: false),
    "--predict-only": .needless(
      "--predict_only is not needed: answers are kept, and `score` scores them again at any time",
      takesValue: false),
    "--write-out": .needless(
      "--write_out is not needed: questions.jsonl in the run holds every prompt",
      takesValue: false),
    "--show-config": .needless(
      "--show_config is not needed: run.json holds what was run", takesValue: false),
    "--process-with-media": .needless(
      "--process_with_media is not needed: images are always read from the data",
      takesValue: false),
    "--force-simple": .needless(
      "--force_simple has no equivalent: there is one kind of model", takesValue: false),
    "--timezone": .needless(
      """
      --timezone is not needed: no run directory has a time in its name, and the times in run.json \
      are in UTC
      """,
      takesValue: true),
    "--gen-kwargs": .refused(
      """
      --gen_kwargs has no equivalent: decoding is greedy and each benchmark's limit of tokens \
      is its own, as papers measure it
      """
    ),
    "--wandb-args": .refused(
      """
      --wandb_args has no equivalent; report --format json or csv and compare give what a \
      dashboard needs
      """
    ),
    "--wandb-log-samples": .refused(
      """
      --wandb_log_samples has no equivalent; samples.jsonl in the run holds every sample, and view \
      shows them
      """
    ),
    "--hf-hub-log-args": .refused(
      """
      --hf_hub_log_args has no equivalent; export --format lmms-eval writes the files that \
      could be uploaded
      """
    ),
    "--check-integrity": .refused(
      "--check_integrity is a command of its own here: doctor data DATA"),
    "--include-path": .refused(
      "--include_path has no equivalent: benchmarks are built in; `list benchmarks` shows them"),
    "--config": .refused(
      "--config has no equivalent: name the options on the command line"),
    "--system-instruction": .refused(
      """
      --system_instruction has no equivalent; --conversation chooses a template with its system \
      text
      """
    ),
    "--launcher-args": .refused(
      """
      --launcher_args has no equivalent: no judge model is started; every rule here works \
      without one
      """
    ),
    "--reasoning-tags": .refused(
      "--reasoning_tags has no equivalent: answers are scored as they were generated"),
    "--fewshot-as-multiturn": .refused(
      "--fewshot_as_multiturn has no equivalent: the benchmarks are asked without examples"),
  ]

  /// - Parameter given: without the program's name, underscores in options' names already replaced
  /// - Throws: `ValidationError` with one sentence for what has no equivalent.
  init(_ given: [String]) throws {
    var given = given
    // lmms-eval has no subcommands.
    if let first = given.first, first.hasPrefix("--"),
      given.contains(where: { $0 == "--tasks" || $0.hasPrefix("--tasks=") })
    {
      given.insert("run", at: 0)
    }
    guard given.first == "run" else {
      arguments = given
      return
    }
    var tasks: [String] = []
    var model: String?
    var place = 1
    var rest: [String] = []
    /// The value of the option at `place`, behind `=` or as the next argument.
    func value(_ joined: String?) throws -> String {
      if let joined { return joined }
      guard place + 1 < given.count else {
        throw ValidationError("\(given[place]) needs a value")
      }
      place += 1
      return given[place]
    }
    while place < given.count {
      let argument = given[place]
      if argument == "--" {
        rest += given[place...]
        break
      }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = argument.hasPrefix("--") ? String(parts[0]) : ""
      let joined = parts.count == 2 ? String(parts[1]) : nil
      switch name {
      case "--tasks": tasks += try value(joined).split(separator: ",").map(String.init)
      case "--model": model = try value(joined)
      case "--model-args": rest += try modelArguments(try value(joined))
      case "--num-fewshot":
        if try value(joined) != "0" {
          throw ValidationError(
            """
            --num_fewshot has no equivalent: the benchmarks are asked without examples, as \
            papers do
            """
          )
        }
      case "--device":
        let device = try value(joined)
        if device != "cpu" {
          throw ValidationError(
            """
            --device \(device) has no equivalent: the engine computes on the processor; \
            --threads says with how many cores
            """
          )
        }
      default:
        switch Self.meanings[name] {
        case .needless(let sentence, let takesValue):
          notes.append(sentence)
          if takesValue, joined == nil, place + 1 < given.count,
            !given[place + 1].hasPrefix("--")
          {
            place += 1
          }
        case .refused(let sentence): throw ValidationError(sentence)
        case nil: rest.append(argument)
        }
      }
      place += 1
    }
    if tasks == ["list"] {
      arguments = ["list", "benchmarks"]
      return
    }
    if let pretrained {
      if let model {
        notes.append("--model \(model) is not needed: the checkpoint says what it is")
      }
      model = pretrained
    }
    arguments = ["run"] + tasks + (model.map { ["--model", $0] } ?? []) + rest
  }
}
