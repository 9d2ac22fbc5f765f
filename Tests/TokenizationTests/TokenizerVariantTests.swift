import DataFormats
import Foundation
import TestSupport
import Testing
import Tokenization

/// One tokenizer under another configuration, with what the official class makes of random strings
/// and random ids.
struct TokenizerVariant: CustomTestStringConvertible, Sendable {
  var node: JSONNode
  var testDescription: String { node.value["name"]?.stringValue ?? "?" }

  static let all: [TokenizerVariant] = ((try? jsonLines("variants.jsonl")) ?? []).map(
    TokenizerVariant.init)

  /// The folder as the official class saw it.
  func folder() throws -> TemporaryFolder {
    let scratch = try TemporaryFolder()
    let source = fixtures + "/" + (try node["base"].string())
    let omitted = Set(try node["omitted"].strings())
    for name in try FileManager.default.contentsOfDirectory(atPath: source)
    where !omitted.contains(name) {
      try FileManager.default.copyItem(
        atPath: source + "/" + name, toPath: scratch.path + "/" + name)
    }
    try scratch.write(try node["configuration"].value.text(), to: "tokenizer_config.json")
    for (name, content) in try node["files"].members() {
      try scratch.write(content.value.text(), to: name)
    }
    if let patch = try node.optional("tokenizer_json") {
      var root = try #require(
        try JSONNode(contentsOf: scratch.path + "/tokenizer.json").value.objectValue)
      for (key, value) in try patch.members() { root[key] = value.value }
      var model = try #require(root["model"]?.objectValue)
      model["ignore_merges"] = try node["ignore_merges"].value
      root["model"] = .object(model)
      try scratch.write(JSONValue.object(root).text(), to: "tokenizer.json")
    }
    return scratch
  }
}

/// The rules that the plain checkpoints do not show: older files, tokens that strip their
/// neighbours, clean-up, NFC ...
struct TokenizerVariantTests {
  @Test func everyVariantIsThere() { #expect(TokenizerVariant.all.count == 12) }

  @Test("encodes and decodes as the official class does", arguments: TokenizerVariant.all)
  func agrees(_ variant: TokenizerVariant) throws {
    let folder = try variant.folder()
    let tokenizer = try TokenizerLoader.load(folder: folder.path)
    for string in try variant.node["strings"].list() {
      let text = try string["text"].string()
      #expect(try tokenizer.encode(text) == string["ids"].ints(), "\(text.debugDescription)")
    }
    for item in try variant.node["strings"].list() + variant.node["decodings"].list() {
      let ids = try item["ids"].ints()
      let skipped = try tokenizer.decode(ids, skippingSpecialTokens: true)
      #expect(scalars(skipped) == scalars(try item["decoded_skip"].string()), "\(ids)")
      let all = try tokenizer.decode(ids, skippingSpecialTokens: false)
      #expect(scalars(all) == scalars(try item["decoded_all"].string()), "\(ids)")
    }
  }

  @Test("has the official special ids and length", arguments: TokenizerVariant.all)
  func agreesOnSpecialIDs(_ variant: TokenizerVariant) throws {
    let folder = try variant.folder()
    let tokenizer = try TokenizerLoader.load(folder: folder.path)
    let expected = try ["bos", "eos", "unk", "pad", "count"].map {
      try variant.node[$0].value.intValue
    }
    #expect(
      [tokenizer.bosID, tokenizer.eosID, tokenizer.unkID, tokenizer.padID, tokenizer.count]
        == expected)
  }
}
