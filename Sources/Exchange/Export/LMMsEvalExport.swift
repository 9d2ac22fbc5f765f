import DataFormats
import Diagnostics
import Evaluation
import Hashing
import OrderedCollections

/// lmms-eval's files as its version 0.7 writes them: `MODEL/STAMP_samples_TASK.jsonl` and
/// `MODEL/STAMP_results.json`.
///
/// `doc_hash` is made of the question, its references and what the benchmark knows about it: the
/// data's own row, of which lmms-eval makes it, is not part of a run. Everything that lmms-eval has
/// no name for stands under `proxyv`.
struct LMMsEvalExport {
  private let run: RunDirectory
  private let scores: RunScores
  private let benchmark: any Benchmark
  private let stamp: String
  /// Nil where lmms-eval has no task for the benchmark.
  private let lmmsEval: (any LMMsEvalTask)?
  private let task: String

  init(_ source: AnswerExport.Source) {
    run = source.run
    scores = source.scores
    benchmark = source.benchmark
    stamp = source.stamp
    lmmsEval = benchmark as? any LMMsEvalTask
    task = lmmsEval?.lmmsEvalTask ?? benchmark.name
  }

  func write(to folder: String) throws -> [String] {
    let folder = folder + "/" + modelName
    try DurableFile.createFolder(folder)
    let samples = "\(folder)/\(stamp)_samples_\(task).jsonl"
    let results = "\(folder)/\(stamp)_results.json"
    let questions = Dictionary(
      run.questions.enumerated().map { ($1.id, (place: $0, question: $1)) },
      uniquingKeysWith: { first, _ in first })
    var lines: [String] = []
    var hashes = ""
    for (scored, answer) in scores.samples {
      guard let (place, question) = questions[scored.sample.id] else { continue }
      let hash = SHA256.hexadecimal(of: Array(question.json.text().utf8))
      hashes += "sample_\(place)" + hash
      lines.append(line(scored, answer, place: place, question: question, hash: hash).text() + "\n")
    }
    try DurableFile.replace(samples, with: lines.joined())
    try DurableFile.replace(
      results,
      with: summary(taskHash: SHA256.hexadecimal(of: Array(hashes.utf8))).text(indented: true))
    return [samples, results]
  }

  private func line(
    _ scored: ScoredSample, _ answer: Answer?, place: Int, question: RunQuestion, hash: String
  ) -> JSONValue {
    let text = answer?.text ?? ""
    // lmms-eval's own comparison takes the first key with "score" in it, which must be a number.
    var members: OrderedDictionary<String, JSONValue> = [
      "doc_id": .integer(place), "score": .number(scored.score.value),
    ]
    members["target"] = .string(target(scored.sample))
    members["resps"] = [.string(text)]
    members["filtered_resps"] = .string(text)
    members["doc_hash"] = .string(hash)
    members["input"] = .string(question.prompt.text)
    members["token_counts"] = [
      answer.map {
        [
          "input_tokens": .integer($0.counts.textTokens + $0.counts.visionTokens),
          "output_tokens": .integer($0.tokenIDs.count),
          "reasoning_tokens": 0,
        ]
      } ?? .null
    ]
    for (name, value) in lmmsEval?.lmmsEvalMetrics(of: scored, prediction: text) ?? [] {
      members[name] = value
    }
    members["proxyv"] = [
      "id": .string(scored.sample.id),
      // Every question that was asked has a line; how many there are else nothing here says, nor
      // whether the file was cut.
      "questions": .integer(scores.ledger.total), "asked": .integer(scores.samples.count),
      "profile": .string(scores.profile.rawValue),
      "rule": .string(scored.score.rule),
      "extracted": scored.score.extracted.map { .string($0) } ?? .null,
      "stop_reason": answer.flatMap { $0.failure == nil ? .string($0.stopReason.rawValue) : nil }
        ?? .null,
      "error": answer.map { $0.failure.map { .string($0.message) } ?? .null } ?? "missing",
      // What the figures need and lmms-eval takes from the data's row.
      "metadata": .object(
        OrderedDictionary(
          uniqueKeysWithValues: scored.sample.metadata.sorted { $0.key < $1.key }
            .map { ($0.key, $0.value) })),
    ]
    return .object(members)
  }

  private func summary(taskHash: String) -> JSONValue {
    let figures = byLMMsEvalsNames(scores.metrics)
    // Its scales are factors, which errors follow.
    let errors = byLMMsEvalsNames(
      scores.metrics.map { row in
        var row = row
        row.value = scores.estimate(of: row)?.standardError ?? .nan
        return row
      })
    var results: OrderedDictionary<String, JSONValue> = ["alias": .string(task)]
    var higher: OrderedDictionary<String, JSONValue> = [:]
    for ((name, value), (_, error)) in zip(figures, errors) {
      results["\(name),none"] = value.isNaN ? "N/A" : .number(value)
      results["\(name)_stderr,none"] = error.isNaN ? "N/A" : .number(error)
      higher[name] = .bool(benchmark.scoreWithoutAnswer == 0)
    }
    func perTask(_ value: JSONValue) -> JSONValue { .object([task: value]) }
    let properties = run.manifest.model.properties
    return [
      "results": perTask(.object(results)), "configs": perTask(["task": .string(task)]),
      "versions": perTask(.integer(benchmark.version)), "n-shot": perTask(0),
      "higher_is_better": perTask(.object(higher)),
      "n-samples": perTask([
        "original": .integer(scores.ledger.total), "effective": .integer(scores.ledger.selected),
      ]),
      "config": [
        "model": "proxyv-eval",
        "model_args": .string(properties.map { "\($0.name)=\($0.value)" }.joined(separator: ",")),
        "batch_size": 1,
        "limit": scores.ledger.selected < scores.ledger.total
          ? .integer(scores.ledger.selected) : .null,
      ],
      "date": .string(stamp), "task_hashes": perTask(.string(taskHash)),
      "model_source": "proxyv-eval", "model_name": .string(modelName),
      "model_name_sanitized": .string(modelName),
      "proxyv": [
        "profile": .string(scores.profile.rawValue), "ledger": scores.ledger.json,
        "code_version": .string(run.manifest.codeVersion),
      ],
    ]
  }

  private func byLMMsEvalsNames(_ rows: [MetricRow]) -> [(name: String, value: Double)] {
    lmmsEval?.lmmsEvalResults(rows) ?? rows.map { ($0.name, $0.value) }
  }

  /// The model's kind and the start of its content hash, of characters that every file system
  /// takes.
  private var modelName: String {
    let model = run.manifest.model
    let name = [
      model.name ?? "model", model["method"],
      model["content"].map { String($0.prefix(8)) },
    ].compactMap { $0 }
      .joined(separator: "_")
    return String(
      name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "_" })
  }

  /// The reference as `str()` of the data's own value: lists for benchmarks with several accepted
  /// answers.
  private func target(_ sample: Sample) -> String {
    guard lmmsEval?.lmmsEvalTargetsAreLists == true else {
      return sample.references.first ?? ""
    }
    return "[" + sample.references.map(Self.representation).joined(separator: ", ") + "]"
  }

  /// Python's `repr()` of a string, up to which characters count as printable.
  static func representation(_ text: String) -> String {
    let quote: Unicode.Scalar =
      text.unicodeScalars.contains("'") && !text.unicodeScalars.contains("\"") ? "\"" : "'"
    var result = String.UnicodeScalarView([quote])
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\", quote: result.append(contentsOf: ["\\", scalar])
      case "\n": result.append(contentsOf: "\\n".unicodeScalars)
      case "\r": result.append(contentsOf: "\\r".unicodeScalars)
      case "\t": result.append(contentsOf: "\\t".unicodeScalars)
      case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value):
        let digits = String(scalar.value, radix: 16)
        result.append(contentsOf: ("\\x" + (digits.count < 2 ? "0" : "") + digits).unicodeScalars)
      default: result.append(scalar)
      }
    }
    result.append(quote)
    return String(result)
  }
}
