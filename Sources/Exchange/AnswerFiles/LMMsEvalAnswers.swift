import DataFormats
import Diagnostics
import Evaluation

extension AnswerFormat {
  /// The per-sample logs of lmms-eval, all four generations:
  ///
  /// - up to 0.2.2 one JSON object per task with the records under `logs`,
  /// - 0.2.3 to 0.3.5 JSON Lines with the data's own row under `doc`,
  /// - 0.4 to 0.6 JSON Lines without `doc`,
  /// - from 0.7 on `filtered_resps` is the answer itself and no longer a list.
  ///
  /// A folder is searched for the sample files of the benchmark.
  static let lmmsEval = AnswerFormat(
    name: "lmms-eval",
    summary: "lmms-eval's samples (*_samples_TASK.jsonl, or TASK.json with logs)",
    recognizes: { content in
      switch content {
      case .folder(_, let names): names.contains { task($0) != nil }
      case .json(let node): node.value["logs"]?.arrayValue != nil
      default: content.has("doc_id") && (content.has("filtered_resps") || content.has("resps"))
      }
    },
    read: { content, options in
      switch content {
      case .folder(let path, let names):
        let (files, remarks) = try chosen(names, in: path, benchmark: options.benchmark)
        let read = try files.map { name in
          let nodes = try JSONLines.read("\(path)/\(name)")
          let total = try LMMsEvalCoverage.total(of: nodes, samples: "\(path)/\(name)", task(name))
          return (records: try records(nodes, task: task(name)), total: total)
        }
        let totals = read.compactMap(\.total)
        return AnswerReading(
          records: read.flatMap(\.records), dataset: files.first.flatMap(task), remarks: remarks,
          coverage: totals.count == read.count
            ? AnswerCoverage(total: totals.reduce(0, +)) : nil)
      case .json(let node):
        let name = task(content.path) ?? fileName(content.path)
        return AnswerReading(records: try records(node["logs"].list(), task: name), dataset: name)
      default:
        let name = task(content.path)
        let nodes = content.objects ?? []
        return AnswerReading(
          records: try records(nodes, task: name), dataset: name,
          coverage: try LMMsEvalCoverage.total(of: nodes, samples: content.path, name)
            .map { AnswerCoverage(total: $0) })
      }
    })

  /// The sample files of a folder that are one run of the benchmark's task.
  ///
  /// lmms-eval keeps every run of a model in one folder, told apart by the time in the names.
  /// - Throws: ``EvaluationError`` `ambiguous` where several tasks or several runs of one lie there
  private static func chosen(
    _ names: [String], in path: String, benchmark: any Benchmark
  ) throws(EvaluationError) -> (files: [String], remarks: [String]) {
    let files = names.filter { name in task(name).map { isTask($0, of: benchmark) } ?? false }
    guard !files.isEmpty else {
      throw EvaluationError(
        .invalidData,
        "none of the samples files here is one of \(benchmark.title):"
          + " \(names.compactMap(task).joined(separator: ", "))", at: Location(file: path))
    }
    // RefCOCO's two test splits are one benchmark; every other pair of tasks is two.
    let tasks = Set(files.compactMap { task($0).map(withoutTestSplit) }).sorted()
    guard tasks.count == 1 else {
      throw EvaluationError(
        .ambiguous,
        """
        samples of \(tasks.count) tasks that are \(benchmark.title) lie here, \
        \(tasks.joined(separator: ", ")); name one of the files: \(files.joined(separator: ", "))
        """,
        at: Location(file: path))
    }
    let byTask = Dictionary(grouping: files) { task($0) ?? "" }
    if let (task, runs) = byTask.sorted(by: { $0.key < $1.key }).first(where: { $1.count > 1 }) {
      throw EvaluationError(
        .ambiguous,
        "\(runs.count == 2 ? "two" : String(runs.count)) runs of \(task) lie here,"
          + " \(runs.map(time).joined(separator: " and ")); name one of the files:"
          + " \(runs.joined(separator: ", "))", at: Location(file: path))
    }
    let times = Set(files.map(time))
    return (
      files,
      times.count == 1
        ? [] : ["the files are of \(times.count) runs: \(times.sorted().joined(separator: ", "))"]
    )
  }

  private static func withoutTestSplit(_ task: String) -> String {
    ["_testa", "_testb"].contains(where: task.lowercased().hasSuffix)
      ? String(task.dropLast(6)) : task
  }

  /// When a file was written, as its name says: before `_samples_` since 0.3, else at its end.
  private static func time(_ name: String) -> String {
    if let range = name.range(of: "_samples_") { return String(name[..<range.lowerBound]) }
    let digits = name.split { !($0.isNumber || "-T:_.".contains($0)) }.map(String.init)
    return digits.max { $0.count < $1.count }?.trimmedSeparators ?? name
  }

  /// The task that a samples file's name tells: `20260301_101010_samples_docvqa_val.jsonl`, or
  /// `samples_docvqa_val_0301_1010.jsonl`.
  private static func task(_ path: String) -> String? {
    var name = fileName(path)
    for ending in [".gz", ".jsonl"] where name.hasSuffix(ending) { name.removeLast(ending.count) }
    guard name != fileName(path), let range = name.range(of: "samples_") else { return nil }
    var parts = name[range.upperBound...].split(separator: "_")
    while let last = parts.last, last.count >= 4,
      last.allSatisfy({ $0.isNumber || "-T:.".contains($0) })
    { parts.removeLast() }
    return parts.isEmpty ? nil : parts.joined(separator: "_")
  }

  private static func fileName(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  private static func isTask(_ task: String, of benchmark: any Benchmark) -> Bool {
    task.lowercased() == benchmark.name || task.lowercased().hasPrefix(benchmark.name + "_")
  }

  private static func records(_ nodes: [JSONNode], task: String?) throws -> [AnswerRecord] {
    try nodes.map { node in
      var fields: [String: JSONValue] = [:]
      for (key, member) in try node.members() {
        switch (key, member.value) {
        case ("doc", .object(let document)):
          fields.merge(document.map { ($0.key, $0.value) }) { $1 }
        // Some metrics log what they were computed from, the row of the data among it.
        case (_, .object(let metric)) where !reserved.contains(key):
          fields.merge(metric.map { ($0.key, $0.value) }) { known, _ in known }
          fields[key] = true
        case ("target", _): fields["target"] = member.value
        case (_, .integer), (_, .number): if !reserved.contains(key) { fields[key] = member.value }
        default: break
        }
      }
      // Our own exports hold what the data say of the question.
      if let known = node.value["proxyv"]?["metadata"]?.objectValue {
        fields.merge(known.map { ($0.key, $0.value) }) { first, _ in first }
      }
      let described = fields
      // In the metrics' own records, `answer` and `prediction` are sometimes the model's.
      if node.value["doc"]?.objectValue == nil { fields["answer"] = benchmarkAnswer(node) }
      if let split = task.flatMap(splitSuffix) { fields["split"] = .string(split) }
      var record = AnswerRecord(
        location: node.location, row: try node["doc_id"].int(), prediction: "", fields: fields)
      (record.prediction, record.failure) = try prediction(node)
      record.id =
        node.value["proxyv"]?["id"]?.stringValue
        ?? record.text("questionId", "question_id", "index", "id")
      record.question = expression(described) ?? record.text("question")
      if record.question == nil {
        record.prompt = try prompt(node)
        record.question = record.prompt.map(question)
      }
      return record
    }
  }

  private static let reserved: Set<String> = [
    "doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "input", "doc_hash",
    "prompt_hash", "target_hash", "token_counts",
    "input_media", "proxyv", "score",
  ]

  /// The reference that MMBench's metric records beside the prediction; elsewhere the target is the
  /// reference.
  private static func benchmarkAnswer(_ node: JSONNode) -> JSONValue? {
    node.value["gpt_eval_score"]?["answer"]
      ?? node.value["submission"].flatMap { $0["A"] == nil ? nil : $0["answer"] }
  }

  /// The expression of RefCOCO's tasks, which call it `answer` beside the box.
  private static func expression(_ fields: [String: JSONValue]) -> String? {
    fields["bbox"]?.arrayValue == nil ? nil : fields["answer"]?.stringValue
  }

  private static func splitSuffix(_ task: String) -> String? {
    ["testA", "testB"].first { task.lowercased().hasSuffix($0.lowercased()) }
  }

  /// `filtered_resps` where it is there: the text that the metric saw. Lists are those of repeated
  /// requests; the first counts.
  private static func prediction(
    _ node: JSONNode
  ) throws -> (text: String, failure: Answer.Failure?) {
    guard let value = node.value["filtered_resps"] ?? node.value["resps"] else {
      throw DataFormatError(
        .missingKey, "there is neither filtered_resps nor resps", at: node.location)
    }
    if case .array(let items) = value, items.isEmpty { return ("", nil) }
    return PredictedText.read(value)
  }

  /// What the model was asked: `input`, or the first of the arguments.
  private static func prompt(_ node: JSONNode) throws -> String? {
    if let input = try node.optional("input") { return input.value.stringValue }
    guard var argument = try node.optional("arguments") else { return nil }
    while true {
      switch argument.value {
      case .array: guard let first = try argument.list().first else { return nil }; argument = first
      case .object:
        guard let first = try argument.members().first else { return nil }; argument = first.node
      default: return argument.value.stringValue
      }
    }
  }

  /// A prompt without the request after the question.
  private static func question(_ prompt: String) -> String {
    let lines = TextFile.lines(in: prompt)
    guard lines.count > 1, let last = lines.last, last.hasPrefix("Answer") else { return prompt }
    return lines.dropLast().joined(separator: "\n")
  }
}

extension String {
  fileprivate var trimmedSeparators: String {
    var text = Substring(self)
    while let first = text.first, "_.-".contains(first) { text.removeFirst() }
    while let last = text.last, "_.-".contains(last) { text.removeLast() }
    return String(text)
  }
}
