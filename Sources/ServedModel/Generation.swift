public import DataFormats
import Diagnostics
import OrderedCollections

/// How the server is asked to generate: greedy, unless `--generation temperature=0.7,seed=1` says
/// otherwise.
public struct Generation: Sendable, Equatable {
  /// The members of the request, in the order given.
  public private(set) var settings: OrderedDictionary<String, JSONValue>
  /// In place of the prompts' own limits, where it is given: a reasoning model needs room to think.
  public private(set) var maximumTokens: Int?

  /// What servers take beside the messages; below `chat_template_kwargs.` any name.
  static let known = [
    "temperature", "top_p", "top_k", "min_p", "seed", "max_tokens", "presence_penalty",
    "frequency_penalty", "repetition_penalty", "reasoning_effort", "verbosity", "service_tier",
  ]
  static let templatePrefix = "chat_template_kwargs."

  public static let greedy = Generation(settings: ["temperature": 0])

  private init(settings: OrderedDictionary<String, JSONValue>) { self.settings = settings }

  /// - Parameter text: `name=value` separated by commas.
  /// - Throws: ``ServedModelError`` naming the part that cannot be read.
  public init(_ text: String) throws(ServedModelError) {
    settings = [:]
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let halves = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard halves.count == 2 else {
        throw .usage(
          "--generation takes name=value separated by commas, for example temperature=0.7,seed=1;"
            + " \"\(part)\" is none")
      }
      let (name, written) = (halves[0], halves[1])
      let isOfTemplate =
        name.hasPrefix(Self.templatePrefix) && name.count > Self.templatePrefix.count
      guard Self.known.contains(name) || isOfTemplate else {
        throw .usage(
          "--generation has no \"\(name)\"; \(suggestion(for: name, among: Self.known))")
      }
      guard settings[name] == nil else { throw .usage("--generation has \(name) twice") }
      settings[name] = try Self.value(written, of: name)
    }
    if let limit = settings.removeValue(forKey: "max_tokens")?.intValue { maximumTokens = limit }
    // Greedy unless something else is asked for.
    if settings["temperature"] == nil {
      settings.updateValue(0, forKey: "temperature", insertingAt: 0)
    }
  }

  private static func value(
    _ written: String, of name: String
  ) throws(ServedModelError) -> JSONValue {
    let numbers = known.prefix { $0 != "reasoning_effort" }
    guard numbers.contains(name) else {
      switch written {
      case "true": return true
      case "false": return false
      default: return Int(written).map { .integer($0) } ?? .string(written)
      }
    }
    if ["seed", "top_k", "max_tokens"].contains(name) {
      guard let number = Int(written), name != "max_tokens" || number > 0 else {
        throw .usage(
          "--generation \(name) takes a\(name == "max_tokens" ? " positive" : "") whole number,"
            + " not \"\(written)\"")
      }
      return .integer(number)
    }
    guard let number = Double(written), number.isFinite else {
      throw .usage("--generation \(name) takes a number, not \"\(written)\"")
    }
    return number == number.rounded() && abs(number) < 1e9 ? .integer(Int(number)) : .number(number)
  }

  /// As it stands in the run's identity.
  public var description: String {
    var parts = settings.map { name, value in "\(name)=\(value.stringValue ?? value.text())" }
    if let maximumTokens { parts.append("max_tokens=\(maximumTokens)") }
    return parts.joined(separator: ",")
  }
}
