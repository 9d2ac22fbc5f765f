import Benchmarks
import Comparison
import Diagnostics
import Evaluation
import Foundation
import Metrics

extension NightlyConfiguration {
  static let keys = [
    "output", "models", "benchmarks", "data", "profile", "baseline", "gate", "keep", "seed",
  ]

  /// Reads and checks a file: every name, type and number in it, not what it points to.
  ///
  /// - Parameter output: overrides the root of the file
  /// - Throws: ``NightlyError`` `invalid-configuration` with line, column and key.
  public init(contentsOf file: String, output: String? = nil) throws(NightlyError) {
    let root = try ConfigurationNode(contentsOf: file)
    try root.check(keys: Self.keys)
    self.file = file
    if let output {
      self.output = output
    } else {
      self.output = try root.required("output", "the folder for nights and history").text()
    }
    while self.output.count > 1, self.output.hasSuffix("/") { self.output.removeLast() }
    let profile = try root.optional("profile").map(Self.profile) ?? .lmmsEval
    let data = try root.optional("data")?.text()
    models = try Self.models(root.required("models", "who answers"), root: self.output)
    benchmarks = try Self.benchmarks(
      root.required("benchmarks", "what is asked"), data: data, profile: profile)
    baseline = try root.optional("baseline")?.text()
    gate = NightGate()
    if let node = try root.optional("gate") { gate = try Self.gate(node, benchmarks) }
    keptNights = nil
    if let keep = try root.optional("keep") {
      try keep.check(keys: ["nights"])
      keptNights = try keep.optional("nights")?.integer(atLeast: 1)
    }
    seed = UInt64(try root.optional("seed")?.integer(atLeast: 0) ?? 1)
  }

  // MARK: Models

  private static func models(
    _ node: ConfigurationNode, root: String
  ) throws(NightlyError) -> [NightModel] {
    var models: [NightModel] = []
    for item in try node.list() {
      let model = try self.model(item, root: root)
      guard !models.contains(where: { $0.name == model.name }) else {
        throw item.failure(
          "two models are called \"\(model.name)\"; give each a name: of its own")
      }
      models.append(model)
    }
    guard !models.isEmpty else { throw node.failure("name at least one model") }
    return models
  }

  private static func model(
    _ node: ConfigurationNode, root: String
  ) throws(NightlyError) -> NightModel {
    try node.check(
      keys: ["name", "model", "synthesize"] + NightModel.optionKeys + NightModel.flagKeys)
    let shape = try node.optional("synthesize")?.text()
    let given = try node.optional("model")?.text()
    var options: [String] = []
    for key in NightModel.optionKeys {
      guard let value = try node.optional(key) else { continue }
      options.append("--" + key.replacing("_", with: "-"))
      options.append(try value.text())
    }
    for key in NightModel.flagKeys where try node.optional(key)?.boolean() ?? false {
      options.append("--" + key.replacing("_", with: "-"))
    }
    let method = try node.optional("method")?.text()
    let folder = given.map { URL(fileURLWithPath: $0).lastPathComponent } ?? shape
    let name =
      try node.optional("name")?.text()
      ?? [folder, method].compactMap { $0 }.joined(separator: "-")
    guard isFolderName(name) else {
      throw (try node.optional("name") ?? node).failure(
        "the name \"\(name)\" cannot be a folder's; use letters, digits, dots, dashes and spaces")
    }
    guard let model = given ?? shape.map({ _ in "\(root)/models/\(name)" }) else {
      throw node.failure(
        "the key \"model\" is missing: a checkpoint folder, tesseract, or synthesize: with a shape")
    }
    return NightModel(
      name: name, model: model, synthesizedShape: shape, options: options, place: node.path)
  }

  /// Names become folders beside each other.
  static func isFolderName(_ name: String) -> Bool {
    let allowed = name.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || $0.properties.numericType != nil
        || "._-+=:, ".unicodeScalars.contains($0)
    }
    return allowed && !name.isEmpty && !name.hasPrefix(".") && name.utf8.count <= 200
  }

  // MARK: Benchmarks

  private static func benchmarks(
    _ node: ConfigurationNode, data: String?, profile: Profile
  ) throws(NightlyError) -> [NightBenchmark] {
    var benchmarks: [NightBenchmark] = []
    for item in try node.list() {
      let benchmark = try self.benchmark(item, data: data, profile: profile)
      let name = benchmark.benchmark.name
      guard !benchmarks.contains(where: { $0.benchmark.name == name }) else {
        throw item.failure("\(name) stands twice; name each benchmark once")
      }
      benchmarks.append(benchmark)
    }
    guard !benchmarks.isEmpty else { throw node.failure("name at least one benchmark") }
    return benchmarks
  }

  private static func benchmark(
    _ node: ConfigurationNode, data: String?, profile: Profile
  ) throws(NightlyError) -> NightBenchmark {
    let nameNode = node.isMapping ? try node.required("name", "which benchmark") : node
    if node.isMapping {
      try node.check(
        keys: ["name", "data", "format", "limit", "offset", "samples", "profile"])
    }
    let benchmark: any Benchmark
    do {
      benchmark = try BenchmarkRegistry.named(try nameNode.text())
    } catch let error as EvaluationError {
      throw nameNode.failure(error.message)
    } catch let error as NightlyError {
      throw error
    } catch {
      throw nameNode.failure("\(error)")
    }
    var selection = Selection.all
    var format: String?
    var folder = data
    var ownProfile = profile
    if node.isMapping {
      folder = try node.optional("data")?.text() ?? data
      format = try node.optional("format")?.text()
      selection = Selection(
        offset: try node.optional("offset")?.integer(atLeast: 0) ?? 0,
        limit: try node.optional("limit")?.integer(atLeast: 1),
        ids: try node.optional("samples")?.texts())
      if selection.ids != nil, selection.limit != nil || selection.offset != 0 {
        throw node.failure("samples cannot be combined with limit or offset")
      }
      if let given = try node.optional("profile") { ownProfile = try Self.profile(given) }
    }
    if let format, !benchmark.formats.contains(where: { $0.name == format }) {
      let names = benchmark.formats.map(\.name)
      throw node.failure(
        "\(benchmark.title) has no format \"\(format)\"; \(suggestion(for: format, among: names))")
    }
    guard benchmark.profiles.contains(where: { $0.evaluator == ownProfile.evaluator }) else {
      let names = benchmark.profiles.map(\.rawValue).joined(separator: ", ")
      throw node.failure(
        "\(benchmark.title) has no profile \"\(ownProfile.rawValue)\"; it has \(names)")
    }
    guard let folder else {
      throw node.failure(
        "no data for \(benchmark.title): add data: here, or once for all at the top of the file")
    }
    return NightBenchmark(
      benchmark: benchmark, data: folder, format: format, selection: selection,
      profile: ownProfile)
  }

  private static func profile(_ node: ConfigurationNode) throws(NightlyError) -> Profile {
    let name = try node.text()
    do {
      return try Profile.named(name)
    } catch {
      throw node.failure(error.message)
    }
  }

  // MARK: The gate

  private static func gate(
    _ node: ConfigurationNode, _ benchmarks: [NightBenchmark]
  ) throws(NightlyError) -> NightGate {
    try node.check(
      keys: ["alpha", "margins", "margin", "family", "strict", "expect", "alpha_spending"])
    var gate = NightGate()
    if let alpha = try node.optional("alpha") {
      gate.alpha = try alpha.number()
      guard gate.alpha > 0, gate.alpha < 1 else {
        throw alpha.failure("must lie between 0 and 1, not \(gate.alpha)")
      }
    }
    if let margin = try node.optional("margin") {
      gate.configuration.commonMargin = try Self.margin(margin)
    }
    for (figure, margin) in try node.optional("margins")?.members() ?? [] {
      try checkFigure(figure, margin, benchmarks)
      gate.configuration.margins[figure] = try Self.margin(margin)
    }
    if let family = try node.optional("family") {
      for item in try family.list() { try checkFigure(try item.text(), item, benchmarks) }
      gate.configuration.family = try family.texts()
    }
    gate.configuration.isStrict = try node.optional("strict")?.boolean() ?? false
    gate.spendsAlpha = try node.optional("alpha_spending")?.boolean() ?? false
    if let expect = try node.optional("expect") {
      let name = try expect.text()
      guard let expectation = NightGate.Expectation(rawValue: name) else {
        let names = NightGate.Expectation.allCases.map(\.rawValue)
        throw expect.failure(
          "unknown expectation \"\(name)\"; \(suggestion(for: name, among: names))")
      }
      gate.expectation = expectation
    }
    return gate
  }

  private static func margin(_ node: ConfigurationNode) throws(NightlyError) -> Double {
    let value = try node.number()
    guard value.isFinite, value >= 0 else {
      throw node.failure("a margin must be a number of points from 0 on, not \(value)")
    }
    return value
  }

  /// A figure is `benchmark`, `benchmark/figure` or `suite`.
  private static func checkFigure(
    _ name: String, _ node: ConfigurationNode, _ benchmarks: [NightBenchmark]
  ) throws(NightlyError) {
    do {
      try GateConfiguration.check(name, among: BenchmarkRegistry.all) { benchmark in
        // Only categories need the data, and only they wait for it.
        benchmarks.first { $0.benchmark.name == benchmark.name }.flatMap {
          try? OpenedData($0.benchmark, path: $0.data, layoutName: $0.format).samples
        }
      }
    } catch {
      throw node.failure(error.message)
    }
  }
}
