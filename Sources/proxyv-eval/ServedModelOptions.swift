import ArgumentParser
import Evaluation
import Foundation
import ServedModel

/// Options of a model behind an OpenAI-compatible server.
struct ServedModelOptions: ParsableArguments {
  @Option(
    name: .long,
    help: "With --model openai:ADDRESS: the model's name there; default is its only one."
  ) var servedName: String?

  @Option(
    name: .long,
    help:
      """
      Settings of the request, name=value separated by commas: temperature, top_p, seed, \
      max_tokens ...; default is temperature=0.
      """
  ) var generation: String?

  @Option(
    name: .long,
    help: "Send images as stored (their own bytes), png, jpeg:QUALITY or resized:LONGEST_SIDE.")
  var sendImages: String?

  @Option(name: .long, help: "Requests under way at once; default is 8.") var concurrency: Int?

  @Flag(name: .long, help: "Ask for whole replies; the time to the first token is not known then.")
  var noStreaming = false

  @Option(
    name: .long,
    help: "The environment variable that holds the server's key; default is OPENAI_API_KEY.")
  var keyVariable: String?

  @Option(name: .long, help: "Seconds for one request; default is 300.")
  var requestTimeLimit: Double?
  @Option(
    name: .long, help: "Seconds for one question with all its attempts; default is 1800.")
  var questionTimeLimit: Double?
  @Option(name: .long, help: "Seconds for the whole run; then the same command goes on.")
  var runTimeLimit: Double?
  @Option(
    name: .long, help: "Further attempts after a failure that may pass; default is 5.")
  var retries: Int?
  @Option(
    name: .long,
    help: "Seconds before the first further attempt, doubled each time; default is 1.")
  var retryDelay: Double?

  @Option(name: .long, help: "The price of a million prompt tokens, in any currency.")
  var priceIn: Double?
  @Option(name: .long, help: "The price of a million new tokens.") var priceOut: Double?
  @Option(name: .long, help: "Stop before the run costs more than this; needs both prices.")
  var maxCost: Double?

  /// The options that were given, by their names.
  var given: [String] {
    [
      ("--served-name", servedName != nil), ("--generation", generation != nil),
      ("--send-images", sendImages != nil), ("--concurrency", concurrency != nil),
      ("--no-streaming", noStreaming), ("--key-variable", keyVariable != nil),
      ("--request-time-limit", requestTimeLimit != nil),
      ("--question-time-limit", questionTimeLimit != nil),
      ("--run-time-limit", runTimeLimit != nil), ("--retries", retries != nil),
      ("--retry-delay", retryDelay != nil), ("--price-in", priceIn != nil),
      ("--price-out", priceOut != nil), ("--max-cost", maxCost != nil),
    ].filter(\.1).map(\.0)
  }

  func validate() throws {
    if let concurrency, !(1...1024).contains(concurrency) {
      throw ValidationError("--concurrency must be 1 to 1024")
    }
    for (name, value) in [
      ("--request-time-limit", requestTimeLimit), ("--question-time-limit", questionTimeLimit),
      ("--run-time-limit", runTimeLimit),
    ] {
      if let value, !(value > 0 && value < 1e8) {
        throw ValidationError("\(name) must be a positive number of seconds")
      }
    }
    if let retries, !(0...100).contains(retries) {
      throw ValidationError("--retries must be 0 to 100")
    }
    for (name, value) in [
      ("--retry-delay", retryDelay), ("--price-in", priceIn), ("--price-out", priceOut),
      ("--max-cost", maxCost),
    ] {
      if let value, !(value >= 0 && value < 1e9) {
        throw ValidationError("\(name) must not be negative")
      }
    }
    if (priceIn == nil) != (priceOut == nil) {
      throw ValidationError("--price-in and --price-out belong together")
    }
    if maxCost != nil, priceIn == nil {
      throw ValidationError("--max-cost needs --price-in and --price-out")
    }
    if let keyVariable, keyVariable.isEmpty || keyVariable.contains("=") {
      throw ValidationError("--key-variable takes the name of an environment variable")
    }
  }

  /// The model at an address.
  func model(at address: String) throws -> ServedModel {
    let (place, settings) = try usage { (try ServerAddress(address), try self.settings()) }
    if let warning = place.keyWarning(settings.key != nil) { note(warning) }
    return try ServedModel(place, settings: settings)
  }

  private func settings() throws -> ServedModelSettings {
    var settings = ServedModelSettings()
    settings.servedName = servedName
    if let generation { settings.generation = try Generation(generation) }
    if let sendImages { settings.images = try ImageForm(sendImages) }
    if let concurrency { settings.concurrency = concurrency }
    settings.streams = !noStreaming
    if let requestTimeLimit { settings.requestSeconds = requestTimeLimit }
    if let questionTimeLimit { settings.questionSeconds = questionTimeLimit }
    settings.runSeconds = runTimeLimit
    if let retries { settings.retries = retries }
    if let retryDelay { settings.retryDelay = retryDelay }
    settings.key = try key()
    if let priceIn, let priceOut {
      settings.prices = Prices(input: priceIn, output: priceOut, maximum: maxCost)
    }
    return settings
  }

  private func key() throws -> String? {
    let name = keyVariable ?? "OPENAI_API_KEY"
    let value = ProcessInfo.processInfo.environment[name]?
      .trimmingCharacters(in: .whitespacesAndNewlines)
    if keyVariable != nil, value?.isEmpty ?? true {
      throw ValidationError("the environment variable \(name) of --key-variable is not set")
    }
    guard let value, !value.isEmpty else { return nil }
    guard value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw ValidationError(
        "the key in \(name) has characters that no key has (spaces, line ends, or beyond ASCII)")
    }
    return value
  }
}
