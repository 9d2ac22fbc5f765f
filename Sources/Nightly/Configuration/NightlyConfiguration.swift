public import Comparison
public import Evaluation
public import Metrics

/// What a night does: the content of the YAML file that `nightly` and the Slurm scripts take.
///
///     let configuration = try NightlyConfiguration(contentsOf: "nightly.yml")
///     for model in configuration.models { print(model.name, model.arguments) }
///
/// docs/nightly.md describes every key.
public struct NightlyConfiguration: Sendable {
  /// The file that it was read from; paths in it are relative to the folder of the command.
  public var file: String
  /// The root: nights, history, baseline.
  public var output: String
  public var models: [NightModel]
  public var benchmarks: [NightBenchmark]
  /// The night that gates in place of the pinned one.
  public var baseline: String?
  public var gate: NightGate
  /// Derived files (samples.jsonl) of older nights than this many are removed; answers never are.
  public var keptNights: Int?
  public var seed: UInt64

  /// What makes two nights the same night continued: who answers what.
  public var planDescription: String {
    let models = models.map { "\($0.name) \($0.arguments.joined(separator: " "))" }
    let benchmarks = benchmarks.map {
      "\($0.benchmark.name) \($0.data) \($0.format ?? "") \($0.selection)"
    }
    return (models + benchmarks).joined(separator: "\n")
  }
}

/// A model of the night.
public struct NightModel: Sendable, Equatable {
  /// The name in tables and folders.
  public var name: String
  /// A checkpoint folder, `tesseract`, or whatever else `run --model` takes.
  public var model: String
  /// The shape of a random-weight checkpoint that is written to ``model`` where there is none.
  public var synthesizedShape: String?
  /// The options of `run` that describe it, as a command line: `--method visionzip --weights int8`.
  public var options: [String]
  /// Where it stands in the configuration, for messages.
  public var place: String

  /// As on the command line of `run`.
  public var arguments: [String] { ["--model", model] + options }

  /// The keys of a model that become options of `run`, besides its name.
  public static let optionKeys: [String] = [
    "method", "aspect", "conversation", "threads", "batch", "weights", "cache", "precision", "isa",
    "backend",
    "attention", "packed_cache", "served_name", "send_images", "generation", "concurrency",
    "price_in", "price_out", "max_cost",
  ]
  /// Those that are true or false.
  public static let flagKeys = ["exif_transpose"]
}

/// A benchmark of the night.
public struct NightBenchmark: Sendable {
  public var benchmark: any Benchmark
  /// The data folder, as `run --data`.
  public var data: String
  /// The layout's name, where it should not be recognised.
  public var format: String?
  public var selection: Selection
  public var profile: Profile

  /// Opens the data for a run of this night; what failed before is asked again.
  func run(_ environment: RunEnvironment) throws -> BenchmarkRun {
    var run = try BenchmarkRun(benchmark, data: data, layoutName: format)
    run.selection = selection
    run.environment = environment
    run.retryFailed = true
    return run
  }
}

/// What decides about a night.
public struct NightGate: Sendable {
  /// Whether unchanged models must give unchanged answers.
  public enum Expectation: String, Sendable, CaseIterable {
    /// Where everything that makes the answers agrees with the baseline.
    case sameModel = "same-model"
    /// Always.
    case identical
    /// Never: scores alone decide.
    case scores
  }

  public var configuration = GateConfiguration()
  public var alpha = 0.05
  public var expectation = Expectation.sameModel
  /// Bounds false alarms over all nights against one baseline.
  public var spendsAlpha = false
}
