import DataFormats
import Diagnostics
import Hashing
import OrderedCollections

/// `run.json`: who answered what. Two invocations continue the same run only if all of this agrees.
public struct RunManifest: Sendable, Equatable {
  /// The layout of the run directory itself.
  static let formatVersion = 1

  public var benchmark: String
  public var benchmarkVersion: Int
  /// Path and layout of the data; informative, since the same data may be moved.
  public var dataFolder: String
  public var dataLayout: String
  /// The files that were read, where the layout can tell; informative too.
  public var dataFiles: [String] = []
  /// The split that was chosen in place of the one whose score papers print.
  public var split: String?
  public var sampleCount: Int
  /// Questions of the data that `questions.jsonl` does not hold, since the answers were imported
  /// from a file that names only those that were asked.
  public var unlistedCount = 0
  /// SHA-256 over ids, prompts, references and images of all samples in order.
  public var questionsHash: String
  public var model: ModelIdentity
  /// What the model says about how it answers, for the reader.
  public var remarks: [String]
  /// The shape of the model, as `efficiency` names it; nil where it is not known.
  public var architecture: String?
  /// What people call the run; nil in runs of older versions.
  public var name: String?
  /// Whether ``name`` was given by a person, and not made of model and method.
  public var isNameGiven = false
  /// The processes that worked on it, in the order in which they began; empty in runs of older
  /// versions.
  public var invocations: [RunInvocation] = []
  /// The program's version as older versions recorded it.
  private var recordedCodeVersion: String?
  /// What was asked for so far; the run covers the union.
  public var selections: [Selection]

  /// The run's name where a person gave it one.
  public var givenName: String? { isNameGiven ? name : nil }

  /// The split that was asked: the one that was chosen, or the one whose score papers print.
  public func splitName(of benchmark: any Benchmark) -> String { split ?? benchmark.split }

  /// The program that answered, as the last invocation recorded it.
  public var codeVersion: String {
    invocations.last?.environment.codeVersion ?? recordedCodeVersion ?? "unknown"
  }

  /// A hash as sentences show it.
  static func shown(_ hash: String) -> String { String(hash.prefix(16)) }

  /// What must agree, with the words that name it in a refusal.
  private var identity: [(name: String, value: String)] {
    [
      ("the benchmark", benchmark), ("the benchmark's version", String(benchmarkVersion)),
      ("the number of samples", String(sampleCount)),
      ("the data or the prompts (hash)", Self.shown(questionsHash)),
    ] + model.properties.map { ("the model's \($0.name)", $0.value) }
  }

  /// Whether both are manifests of one run, whatever was selected meanwhile.
  func isSameRun(as other: RunManifest) -> Bool {
    identity.elementsEqual(other.identity) { $0 == $1 }
  }

  /// - Throws: ``EvaluationError`` `run-changed` naming the first thing in which `other` differs.
  func checkContinues(_ other: RunManifest, folder: String) throws(EvaluationError) {
    let old = other.identity
    for (name, value) in identity {
      let before = old.first { $0.name == name }?.value
      if before != value {
        throw EvaluationError(
          .runChanged,
          """
          \(name) was \(before.map { "\"\($0)\"" } ?? "not recorded") when this run was started \
          and is \"\(value)\" now;
          """
            + " use --fresh to start over, or another --output", at: Location(file: folder))
      }
    }
    if let gone = old.first(where: { entry in !identity.contains { $0.name == entry.name } }) {
      throw EvaluationError(
        .runChanged,
        """
        \(gone.name) was \"\(gone.value)\" when this run was started and is not set now; use \
        --fresh to start over
        """,
        at: Location(file: folder))
    }
  }

  /// The first thing that must agree in two parts of one run and does not; nil where all does.
  func firstDifference(
    from other: RunManifest
  ) -> (name: String, own: String?, other: String?)? {
    let (mine, theirs) = (identity, other.identity)
    for (name, value) in mine {
      let counterpart = theirs.first { $0.name == name }?.value
      if counterpart != value { return (name, value, counterpart) }
    }
    return theirs.first { entry in !mine.contains { $0.name == entry.name } }
      .map { ($0.name, nil, $0.value) }
  }

  package var json: JSONValue {
    var modelJSON: OrderedDictionary<String, JSONValue> = [:]
    for (name, value) in model.properties { modelJSON[name] = .string(value) }
    var data: OrderedDictionary<String, JSONValue> = [
      "folder": .string(dataFolder), "layout": .string(dataLayout),
      "files": .array(dataFiles.map { .string($0) }),
      "samples": .integer(sampleCount),
      "questions_sha256": .string(questionsHash),
      "split": split.map { .string($0) } ?? .null,
    ]
    if unlistedCount > 0 { data["unlisted"] = .integer(unlistedCount) }
    return [
      "format_version": .integer(Self.formatVersion),
      "name": name.map { .string($0) } ?? .null, "name_given": .bool(isNameGiven),
      "benchmark": .string(benchmark),
      "benchmark_version": .integer(benchmarkVersion),
      "data": .object(data),
      "model": .object(modelJSON),
      "architecture": architecture.map { .string($0) } ?? .null,
      "remarks": .array(remarks.map { .string($0) }),
      "code_version": .string(codeVersion), "selections": .array(selections.map(\.json)),
      "invocations": .array(invocations.map(\.json)),
    ]
  }

  init(_ node: JSONNode) throws {
    guard try node["format_version"].int() == Self.formatVersion else {
      throw try node["format_version"].mismatch(
        "\(Self.formatVersion), the format of this version of proxyv-eval")
    }
    benchmark = try node["benchmark"].string()
    benchmarkVersion = try node["benchmark_version"].int()
    let data = try node["data"]
    dataFolder = try data["folder"].string()
    dataLayout = try data["layout"].string()
    dataFiles = try data.optional("files")?.strings() ?? []
    sampleCount = try data["samples"].int()
    questionsHash = try data["questions_sha256"].string()
    split = try data.optional("split")?.string()
    unlistedCount = try data.optional("unlisted")?.count() ?? 0
    model = ModelIdentity(
      try node["model"].members().map { (name: $0.key, value: try $0.node.string()) })
    remarks = try node.optional("remarks")?.strings() ?? []
    architecture = try node.optional("architecture")?.string()
    name = try node.optional("name")?.string()
    isNameGiven = try node.optional("name_given")?.bool() ?? false
    recordedCodeVersion = try node.optional("code_version")?.string()
    invocations = try node.optional("invocations")?.list().map(RunInvocation.init) ?? []
    selections = try node["selections"].list().map(Selection.init)
  }

  public init(
    benchmark: any Benchmark, dataFolder: String, dataLayout: String, questions: [RunQuestion],
    model: ModelIdentity,
    remarks: [String] = [], selection: Selection
  ) {
    self.benchmark = benchmark.name
    benchmarkVersion = benchmark.version
    self.dataFolder = dataFolder
    self.dataLayout = dataLayout
    sampleCount = questions.count
    questionsHash = SHA256.hexadecimal(
      of: Array(questions.map { $0.json.text() }.joined(separator: "\n").utf8))
    self.model = model
    self.remarks = remarks
    selections = [selection]
  }
}

/// A line of `questions.jsonl`: what was asked, kept with the run so that it can be scored without
/// the data.
public struct RunQuestion: Sendable, Equatable {
  public var id: String
  public var question: String
  public var prompt: Prompt
  public var imageIdentity: String?
  public var references: [String]
  public var metadata: [String: JSONValue]
  /// What the file that a run was imported from says that the answer is worth.
  public var verdict: Double?

  public init(_ sample: Sample, prompt: Prompt) {
    id = sample.id
    question = sample.question
    self.prompt = prompt
    imageIdentity = sample.imageIdentity
    references = sample.references
    metadata = sample.metadata
    verdict = sample.verdict
  }

  /// The sample without a way to load its image.
  package var sample: Sample {
    var sample = Sample(
      id: id, image: nil, question: question, references: references, metadata: metadata)
    sample.verdict = verdict
    return sample
  }

  package var json: JSONValue {
    var members: OrderedDictionary<String, JSONValue> = [
      "id": .string(id), "question": .string(question), "prompt": .string(prompt.text),
      "max_new_tokens": .integer(prompt.maximumNewTokens),
      "image": imageIdentity.map { .string($0) } ?? .null,
      "references": .array(references.map { .string($0) }),
      "metadata": .object(
        OrderedDictionary(
          uniqueKeysWithValues: metadata.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })),
    ]
    // Nearly no run has one, and hashes of those that have none stay as they were.
    if let verdict { members["verdict"] = .number(verdict) }
    return .object(members)
  }

  init(_ node: JSONNode) throws(DataFormatError) {
    id = try node["id"].string()
    question = try node["question"].string()
    prompt = Prompt(
      text: try node["prompt"].string(), maximumNewTokens: try node["max_new_tokens"].int())
    imageIdentity = try node.optional("image")?.string()
    references = try node["references"].strings()
    metadata = [:]
    for (key, value) in try node["metadata"].members() { metadata[key] = value.value }
    verdict = try node.optional("verdict")?.double()
  }
}
