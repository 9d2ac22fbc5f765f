import DataFormats
import Foundation
import Hashing

extension Checkpoint {
  /// The files of a tokenizer that are taken as they are.
  private static let tokenizerFiles = [
    "tokenizer.model", "tokenizer.json", "added_tokens.json", "special_tokens_map.json",
    "vocab.json", "merges.txt",
  ]

  /// A SHA-256 over what decides about answers beside the weights: configuration, stop ids,
  /// preprocessing and tokenizer.
  ///
  /// It is taken of what the files mean and not of their bytes: the spelling of transformers 4 and
  /// 5, the order of keys, keys that do not matter (``ConfigurationKeys/harmless``) and keys that
  /// are null leave it as it is. One model has one identity.
  public func configurationIdentity() throws -> String {
    var parts = ["configuration-identity 2"]
    let configuration = try ConfigurationDialect.version4(
      JSONNode(contentsOf: folder + "/config.json"))
    parts.append(
      "config " + Self.canonical(configuration.value, without: ConfigurationKeys.harmless))
    parts.append("stop \(generation.eosTokenIDs.sorted()) begin \(generation.bosTokenID ?? -1)")
    let pixels = tower.preprocessor
    parts.append(
      "pixels \(pixels.mean) \(pixels.standardDeviation) \(pixels.rescaleFactor) \(pixels.cropSize)"
    )
    parts.append("tower \(tower.configuration)")
    for name in Self.tokenizerFiles
    where FileManager.default.fileExists(atPath: folder + "/" + name) {
      parts.append("\(name) \(SHA256.hexadecimal(of: try readFile(folder + "/" + name)))")
    }
    let tokenizer = folder + "/tokenizer_config.json"
    if FileManager.default.fileExists(atPath: tokenizer) {
      var value = try JSONNode(contentsOf: tokenizer).value
      if case .object(var members) = value {
        // What transformers 5 calls every class that is read from a tokenizer.model.
        if members["tokenizer_class"] == "TokenizersBackend" {
          members["tokenizer_class"] = "LlamaTokenizer"
        }
        value = .object(members)
      }
      parts.append(
        "tokenizer " + Self.canonical(value, without: ["backend", "is_local", "processor_class"]))
    }
    return SHA256.hexadecimal(of: Array(parts.joined(separator: "\n").utf8))
  }

  /// A value as one text: keys sorted, numbers in one spelling, without some keys and those that
  /// are null (but a window of attention that is null is none, and one that is absent is Mistral's).
  private static func canonical(_ value: JSONValue, without keys: Set<String>) -> String {
    switch value {
    case .object(let members):
      let kept = members.filter { key, value in
        !keys.contains(key) && (!value.isNull || key == "sliding_window")
          && !(key == "rope_scaling" && value["rope_type"] == "default")
      }
      let shown = kept.sorted { $0.key < $1.key }.map {
        JSONValue.string($0.key).text() + ":" + canonical($0.value, without: keys)
      }
      return "{" + shown.joined(separator: ",") + "}"
    case .array(let items):
      return "[" + items.map { canonical($0, without: keys) }.joined(separator: ",") + "]"
    default: return value.doubleValue.map { "\($0)" } ?? value.text()
    }
  }
}
